import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Specification
import Testing

@testable import Backups

/// Whether PostgreSQL and pgBackRest are there. Where they must be (`CI`), a test that needs them fails for want of them.
let hasPgBackRest: Bool = {
  let programs = ["/usr/bin/pgbackrest", "/usr/lib/postgresql/15/bin/postgres"]
  return getenv("CI") != nil || programs.allSatisfy { access($0, X_OK) == 0 }
}()

/// A real PostgreSQL that archives into a real pgBackRest repository, in a folder of one test's own, and a scratch folder
/// for drills. Run by root, it belongs to `postgres`: PostgreSQL refuses root.
final class BackedUpCluster: Sendable {
  private let folder = ScratchFolder()
  let prefix: [String]
  let runner = SubprocessRunner()
  var root: String { folder.path }
  var repository: String { root + "/repo" }
  var scratch: String { root + "/scratch" }
  var state: String { root + "/state" }

  private static let programs = "/usr/lib/postgresql/15/bin"

  init() async throws {
    prefix =
      getuid() == 0
      ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : []
    chmod(root, 0o755)
    folder.makeFolder("state", mode: 0o700)
    folder.write(
      """
      [global]
      repo1-path=\(repository)
      log-path=\(root)/log
      lock-path=\(root)/lock
      spool-path=\(root)/spool
      repo1-retention-full=9
      start-fast=y
      archive-timeout=5
      [main]
      pg1-path=\(root)/data
      pg1-socket-path=\(root)/sockets
      """, to: "pgbackrest.conf")
    for name in ["repo", "log", "lock", "spool", "scratch", "data", "sockets"] {
      folder.makeFolder(name, mode: 0o755)
      if getuid() == 0, let user = getpwnam("postgres") {
        chown("\(root)/\(name)", user.pointee.pw_uid, user.pointee.pw_gid)
      }
    }
    try await initialize()
  }

  /// A new, empty cluster in the place of this one, which is stopped.
  func replace() async throws {
    try await shell("rm -r \(root)/data/*")
    try await initialize()
  }

  private func initialize() async throws {
    try await run([
      "\(Self.programs)/initdb", "-D", "\(root)/data", "-A", "trust", "-U", "postgres", "-N",
    ])
    try await shell(
      """
      cat >> \(root)/data/postgresql.conf <<END
      listen_addresses = ''
      unix_socket_directories = '\(root)/sockets'
      archive_mode = on
      archive_command = 'pgbackrest --config=\(root)/pgbackrest.conf --stanza=main archive-push %p'
      fsync = off
      END
      """)
  }

  /// Starts it and makes the stanza.
  func start(creatingStanza: Bool = true) async throws {
    try await run([
      "\(Self.programs)/pg_ctl", "-D", "\(root)/data", "-l", "\(root)/log/server", "-w", "-s", "start",
    ])
    if creatingStanza { try await pgbackrest(["stanza-create"]) }
  }

  func stop() async throws {
    try await run(["\(Self.programs)/pg_ctl", "-D", "\(root)/data", "-m", "immediate", "-w", "-s", "stop"])
  }

  func sql(_ text: String) async throws {
    try await run([
      "\(Self.programs)/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "\(root)/sockets", "-U", "postgres",
      "-c", text,
    ])
  }

  func pgbackrest(_ words: [String]) async throws {
    try await run(
      ["/usr/bin/pgbackrest", "--stanza=main", "--config=\(root)/pgbackrest.conf", "--log-level-console=off"]
        + words)
  }

  @discardableResult
  func shell(_ line: String) async throws -> String { try await run(["/bin/sh", "-c", line]).output.text }

  @discardableResult
  func run(_ words: [String]) async throws -> CommandResult {
    let command = Command(prefix + words, timeout: .seconds(60))
    let result = try await runner.run(command)
    guard result.isSuccess else { throw result.failure(of: command) }
    return result
  }

  /// Runs `body` with a cluster that is stopped and removed afterwards, leftovers of drills included.
  static func with(
    creatingStanza: Bool = true, _ body: (BackedUpCluster) async throws -> Void
  ) async throws {
    let cluster = try await BackedUpCluster()
    let result: Result<Void, any Error>
    do {
      try await cluster.start(creatingStanza: creatingStanza)
      result = .success(try await body(cluster))
    } catch {
      result = .failure(error)
    }
    _ = await ScratchCluster(cluster.spec().pgbackrest!, of: resource(cluster.spec()).id, by: cluster.runner)?
      .remove()
    _ = try? await cluster.stop()
    try result.get()
  }

  // MARK: Keeping it

  func spec(
    every: String = "1d", rpo: String? = nil, rto: Duration? = .seconds(600), drill: String? = nil,
    queries: [String: [String]] = [:], scratch: String? = nil
  ) -> BackupsSpec {
    BackupsSpec(
      of: "database/main", folder: nil, match: "*", method: .pgbackrest, every: try! TimeSpan(every),
      rpo: try! rpo.map { try TimeSpan($0) }, rto: rto, shrinkAtMost: BackupsSpec.shrinkAtMostDefault,
      drill: try! drill.map { try CalendarExpression($0, zones: .utcOnly) }, restore: nil,
      pgbackrest: PgBackRestSpec(
        stanza: "main", config: "\(root)/pgbackrest.conf", prefix: prefix, fullEvery: try! TimeSpan("7d"),
        scratch: scratch ?? self.scratch, queries: queries))
  }

  var controller: BackupsController { BackupsController(state: state) }

  func observe(_ spec: BackupsSpec) async throws -> BackupsObserved {
    let observation = await controller.observe(resource(spec))
    return try #require(observation.value, "\(observation)")
  }

  func plan(
    _ spec: BackupsSpec, after passed: Duration = .zero, demands: [String: Demand] = [:]
  ) async -> Plan<BackupsAction> {
    BackupsController.plan(
      resource(spec), await controller.observe(resource(spec)),
      context(at: SystemClock().now + passed, demands: demands))
  }

  /// Does what is planned until nothing is; returns the verbs.
  func settle(_ spec: BackupsSpec) async throws -> [String] {
    var done: [String] = []
    while let action = await plan(spec).actions.first {
      _ = try await controller.apply(action, to: resource(spec))
      done.append(action.verb)
      guard done.count < 10 else { break }
    }
    return done
  }

  func drill(_ spec: BackupsSpec) async throws -> Outcome {
    let newest = try #require(try await observe(spec).newest.first)
    return try await controller.apply(BackupsAction(kind: .drill, dump: newest), to: resource(spec))
  }

  /// What drills left in the scratch folder, and servers that run there.
  var leftovers: [String] { ScratchFolder.names(in: scratch) + servers.map { "server \($0)" } }

  private var servers: [String] {
    ScratchFolder.names(in: "/proc").filter { pid in
      let line = String(decoding: Bytes.read("/proc/\(pid)/cmdline"), as: UTF8.self)
      return line.contains("\(scratch)/") && line.contains("postgres")
    }
  }
}
