import Calendar
import Host
import PgBackRest
import Reconciliation

extension BackupsController {
  /// Has pgBackRest make a backup. One that is being made already, by a timer or by a daemon that was killed meanwhile,
  /// keeps this one out by pgBackRest's lock; the next look finds it or what came of it.
  func backup(_ type: PgBackRest.BackupType, by spec: PgBackRestSpec) async throws -> Outcome {
    let pgbackrest = pgbackrest(spec)
    let began = clock.monotonic
    try await pgbackrest.backup(type)
    let took = TimeSpan(duration: .seconds((clock.monotonic - began).components.seconds))
    let made = try await pgbackrest.info().backups.last
    return Outcome(
      "\(made?.label ?? "a backup") was made in \(took)",
      details: [
        "backup": made.map { .string($0.label) } ?? .null, "bytes": made.map { .integer($0.bytes) } ?? .null,
        "seconds": .integer((clock.monotonic - began).components.seconds),
      ])
  }

  /// Forces a WAL segment into the archive, and looks whether any is missing since the newest sound backup. That it does
  /// not arrive goes on record, and is a failure: it is tried again.
  func check(_ spec: PgBackRestSpec, of resource: Resource<BackupsSpec>) async throws -> Outcome {
    let (pgbackrest, records, id, began) = (pgbackrest(spec), records, resource.id, clock.now)
    do {
      try await pgbackrest.check()
      let observed = try await look(at: spec, of: id)
      let sound = observed.newest.first { observed.record.verdict(on: $0)?.result == .sound }
      var gap: String?
      if let sound { gap = try await self.gap(behind: sound.name, pgbackrest) }
      let record = ArchiveRecord(provedAt: began, gap: gap, behind: sound?.name)
      try await offPool { try records.change(id) { $0.take(record) } }
      return Outcome(
        gap.map { "WAL arrives, and \($0)" } ?? "the archive is up to date",
        details: ["gap": gap.map { .string($0) } ?? .null])
    } catch let error as PgBackRestError {
      let record = ArchiveRecord(provedAt: nil, problem: error.reason)
      try await offPool { try records.change(id) { $0.take(record) } }
      throw error
    }
  }

  private func gap(behind label: String, _ pgbackrest: PgBackRest) async throws -> String? {
    let info = try await pgbackrest.info()
    guard let backup = info.backups.last(where: { $0.label == label }), let archive = info.archiveID else {
      return nil
    }
    let segments = try await pgbackrest.segments(of: archive, in: backup.repository)
    return WALSegments.gap(from: backup.firstSegment, in: segments).map { gap in
      "between the segments \(gap.after) and \(gap.before) some are missing"
    }
  }
}
