import Calendar
import Fixtures
import Glibc
import Reconciliation
import Testing

@testable import Database

@Suite("Databases in trouble", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct FaultTests {
  private let controller = DatabaseController { _, _ in [] }

  private func resource(
    _ cluster: PostgreSQLCluster, settings: [(String, String)] = []
  ) -> Resource<DatabaseSpec> {
    let (resource, mistakes) = read(
      [("socket", cluster.socket), ("availability", "single")], settings: settings)
    #expect(mistakes.isEmpty)
    return resource
  }

  /// Acts as planned until nothing is left; gives what was done.
  private func keep(_ resource: Resource<DatabaseSpec>) async throws -> [DatabaseAction] {
    var done: [DatabaseAction] = []
    while done.count < 10 {
      let seen = try #require(await controller.observe(resource).value)
      guard let action = plan(resource, seen).actions.first else { return done }
      _ = try await controller.apply(action, to: resource)
      done.append(action)
    }
    Issue.record("it does not come to rest: \(done)")
    return done
  }

  @Test(
    "a server that accepts and never answers is unknown by a deadline, and others are looked at meanwhile")
  func silent() async throws {
    let cluster = try PostgreSQLCluster()
    let port = DeafPort()
    let (deaf, mistakes) = read([
      ("host", "127.0.0.1"), ("port", "\(port.number)"), ("availability", "single"),
    ])
    #expect(mistakes.isEmpty)
    async let waiting = controller.observe(deaf)
    #expect(await controller.observe(resource(cluster)).value != nil)
    guard case .unknown(let reason, _) = await waiting else { return #expect(Bool(false), "it is known") }
    #expect(reason.contains("127.0.0.1:\(port.number)") && reason.contains("did not answer in time"))
  }

  @Test("a server that recovers and lets nobody in is unknown until it does")
  func recovering() async throws {
    let primary = try PostgreSQLCluster()
    let copy = try PostgreSQLCluster(copyOf: primary, standby: true, name: "db2")
    try copy.stop()
    copy.append("hot_standby = off\n", to: "postgresql.conf")
    try copy.start()
    guard case .unknown(let reason, _) = await controller.observe(resource(copy)) else {
      return #expect(Bool(false), "it is known")
    }
    #expect(reason.contains("not accepting connections"), "\(reason)")
    try copy.promote()
    try await eventually { await controller.observe(resource(copy)).value?.isStandby == false }
  }

  @Test(
    "a read-only server takes settings, the one that makes it writable among them, which is no safe change")
  func readOnly() async throws {
    let cluster = try PostgreSQLCluster(["default_transaction_read_only": "on"])
    let done = try await keep(
      resource(
        cluster, settings: [("default_transaction_read_only", "off"), ("work_mem", "12MB")]))
    #expect(done.map(\.setting) == ["default_transaction_read_only", "work_mem"])
    #expect(done.map(\.risk) == [.disruptive, .safe])
    try cluster.psql("CREATE TABLE written (it int)")
  }

  @Test("what a role has of its own is said, and not set in vain")
  func overruled() async throws {
    let cluster = try PostgreSQLCluster()
    try cluster.psql("ALTER ROLE postgres SET work_mem = '1MB'")
    let resource = resource(cluster, settings: [("work_mem", "8MB")])
    let seen = try #require(await controller.observe(resource).value)
    #expect(plan(resource, seen).actions.isEmpty)
    #expect(plan(resource, seen).findings.map(\.code) == ["overruled-work_mem"])
  }

  @Test("lists, words for yes, units that round, and a write that no reload followed all come to rest")
  func values() async throws {
    let cluster = try PostgreSQLCluster()
    try cluster.psql("ALTER SYSTEM SET work_mem = '8MB'")
    let done = try await keep(
      resource(
        cluster,
        settings: [
          ("session_preload_libraries", "auto_explain, tcn"), ("synchronous_commit", "no"),
          ("work_mem", "8MB"),
          ("backend_flush_after", "100kB"), ("log_min_duration_statement", "1min"),
          ("log_line_prefix", "it's '%p' "),
        ]))
    // The reload for the first one brings in what was written before.
    #expect(done.count == 5 && !done.contains { $0.setting == "work_mem" }, "\(done)")
    #expect(try cluster.psql("SHOW work_mem") == "8MB")
    #expect(try cluster.psql("SHOW session_preload_libraries") == "auto_explain, tcn")
    #expect(try cluster.psql("SHOW synchronous_commit") == "off")
    #expect(try cluster.psql("SHOW log_line_prefix") == "it's '%p' ")
  }

  @Test("a value that the server refuses is an error that names the setting, and leaves the others alone")
  func refused() async throws {
    let cluster = try PostgreSQLCluster()
    let resource = resource(cluster, settings: [("work_mem", "1kB")])
    let seen = try #require(await controller.observe(resource).value)
    let action = try #require(plan(resource, seen).actions.first)
    let failure = await #expect(throws: Failure.self) { try await controller.apply(action, to: resource) }
    #expect(failure?.class == .terminal, "\(String(describing: failure))")
    #expect(failure?.cause.contains("work_mem") == true)
    #expect(try cluster.psql("SHOW work_mem") == "4MB")
  }

  @Test("1,000 looks at a server that is as written: no ALTER, and nothing in its log")
  func thousandLooks() async throws {
    let cluster = try PostgreSQLCluster()
    let resource = resource(cluster, settings: [("work_mem", "8MB")])
    #expect(try await keep(resource).count == 1)
    let log = cluster.log
    let file = Bytes.read("\(cluster.data)/postgresql.auto.conf")
    let began = ContinuousClock.now
    for _ in 0..<1000 {
      let seen = try #require(await controller.observe(resource).value)
      #expect(plan(resource, seen).actions.isEmpty)
    }
    Figure.tell("PostgreSQL: 1,000 looks at a server", "\(began.duration(to: .now))")
    #expect(cluster.log == log && Bytes.read("\(cluster.data)/postgresql.auto.conf") == file)
  }
}
