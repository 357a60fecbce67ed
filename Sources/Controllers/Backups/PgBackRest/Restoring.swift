import Calendar
import Host
import PgBackRest
import Reconciliation

extension BackupsController {
  /// Restores a backup and the archive behind it into a cluster of its own, starts that, asks the written queries,
  /// measures how long it took and how far it came, and drops it, however it went.
  ///
  /// A restore that fails waits for a person, as with dumps. That the repository or the room for it is not there is
  /// nothing against the backup, and is tried again.
  func drill(
    _ dump: Dump, by spec: PgBackRestSpec, of resource: Resource<BackupsSpec>
  ) async throws -> Outcome {
    guard let scratch = ScratchCluster(spec, of: resource.id, by: commands) else {
      throw HostError("drill", dump.name, "no `scratch` is written")
    }
    let before = try await pgbackrest(spec).info()
    guard let version = before.version, before.backups.contains(where: { $0.label == dump.name }) else {
      throw HostError("drill", dump.name, "it is no longer in the repository", class: .transient)
    }
    let room = try await offPool { try scratch.room() }
    guard room > dump.bytes else {
      throw HostError(
        "drill", dump.name, "it needs \(dump.bytes) bytes in \(spec.scratch ?? ""), where \(room) are free",
        class: .transient)
    }
    if try await offPool({ try scratch.isThere() }), let problem = await scratch.remove() {
      throw HostError("drill", dump.name, problem, class: .transient)
    }

    let began = clock.monotonic
    let result: Result<Instant?, any Error>
    do {
      result = .success(try await prove(dump, in: scratch, spec, before, version, resource.spec.rto))
    } catch {
      result = .failure(error)
    }
    let seconds = (clock.monotonic - began).secondsBegun
    let leftover = await scratch.remove()
    return try await report(result, of: dump, seconds, leftover, resource.id)
  }

  /// The last transaction that is in the restored cluster.
  private func prove(
    _ dump: Dump, in scratch: ScratchCluster, _ spec: PgBackRestSpec, _ before: StanzaInfo, _ version: String,
    _ rto: Duration?
  ) async throws -> Instant? {
    // A restore that takes four times what it may has failed; without a limit, a day is one.
    let timeout = rto.map { $0 * 4 } ?? .seconds(86_400)
    try await scratch.make()
    try await pgbackrest(spec).restore(
      dump.name, into: scratch.data, tablespaces: scratch.tablespaces, timeout: timeout)
    try await scratch.start(version, within: timeout, by: clock)
    let reached = try await scratch.ask(
      "select pg_walfile_name(pg_last_wal_replay_lsn()), "
        + "(extract(epoch from pg_last_xact_replay_timestamp()) * 1000000)::bigint",
      in: "postgres", version, within: timeout)
    let columns = (reached ?? "").split(separator: "|", omittingEmptySubsequences: false)
    // Recovery ends quietly where a segment is missing: how far it came tells.
    if let newest = before.newestSegment, let segment = columns.first, segment.suffix(16) < newest.suffix(16)
    {
      throw HostError(
        "restore", dump.name,
        "the restore ended with the WAL segment \(segment), and the archive goes on to "
          + "\(newest): some are missing between them")
    }
    for (database, queries) in spec.queries.sorted(by: { $0.key < $1.key }) {
      for query in queries {
        let answer = try await scratch.ask(query, in: database, version, within: timeout)
        let first = answer?.split(separator: "|", omittingEmptySubsequences: false).first ?? ""
        guard !first.isEmpty, first != "f" else {
          throw HostError(
            "ask", database, "in \(database), `\(query)` gives \(answer.map { "“\($0)”" } ?? "no row")")
        }
      }
    }
    return columns.dropFirst().first.flatMap { Int64($0) }.map { Instant(microseconds: $0) }
  }

  private func report(
    _ result: Result<Instant?, any Error>, of dump: Dump, _ seconds: Int64, _ leftover: String?,
    _ id: ResourceID
  ) async throws -> Outcome {
    let problem: String?
    switch result {
    case .success: problem = nil
    case .failure(let error as PgBackRestError): problem = error.reason
    case .failure(let error as HostError): problem = error.reason
    // Cancelled: stewardd ends. That says nothing about the backup.
    case .failure(let error): throw error
    }
    let reached = (try? result.get()) ?? nil
    let record = DrillRecord(of: dump, at: clock.now, seconds: seconds, problem: problem, reached: reached)
    let (records, also) = (records, leftover.map { "; and \($0)" } ?? "")
    try await offPool { try records.change(id) { $0.take(record) } }
    if let problem {
      throw Failure(
        .needsOperator, code: "restore", operation: "drill", subject: dump.name, cause: problem + also)
    }
    let point = reached.map { ", up to \($0)" } ?? ""
    return Outcome(
      "\(dump.name) was restored in \(TimeSpan(duration: .seconds(seconds)))\(point)\(also)",
      details: [
        "backup": .string(dump.name), "seconds": .integer(seconds), "ok": true,
        "reached": reached.map { .string("\($0)") } ?? .null,
      ])
  }

  /// Ends and removes what a drill that was cut off left behind.
  func sweep(_ spec: PgBackRestSpec, of resource: Resource<BackupsSpec>) async throws -> Outcome {
    guard let scratch = ScratchCluster(spec, of: resource.id, by: commands) else {
      return Outcome("nothing was left behind")
    }
    if let problem = await scratch.remove() {
      throw HostError("sweep", scratch.path, problem, class: .transient)
    }
    return Outcome("removed \(scratch.path)")
  }
}
