import Calendar
import Fixtures
import Host
import Reconciliation
import Testing

@testable import Database

@Suite("Real servers", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct ServerTests {
  private let controller = DatabaseController { _, _ in [] }

  private func resource(
    _ cluster: PostgreSQLCluster, _ keys: [(String, String)] = [("availability", "single")],
    settings: [(String, String)] = [], members: [(String, String)] = []
  ) -> Resource<DatabaseSpec> {
    let (resource, mistakes) = read([("socket", cluster.socket)] + keys, settings: settings, members: members)
    precondition(mistakes.isEmpty, "\(mistakes)")
    return resource
  }

  @Test("settings that a reload changes are set once, and those that need a restart are said")
  func settings() async throws {
    let cluster = try PostgreSQLCluster(["log_statement": "all"])
    let written = [
      ("work_mem", "8MB"), ("log_min_duration_statement", "250ms"), ("log_connections", "on"),
      ("max_connections", "120"), ("server_version_num", "1"), ("nonsense", "1"),
    ]
    let resource = resource(cluster, settings: written)
    var seen = try #require(await controller.observe(resource).value)
    var first = plan(resource, seen)
    #expect(first.actions.map(\.setting) == ["log_connections", "log_min_duration_statement", "work_mem"])
    #expect(
      first.findings.map(\.code).sorted() == [
        "fixed-server_version_num", "no-setting-nonsense", "restart-max_connections",
      ])
    while let action = first.actions.first {
      let expected = DatabaseController.expect(action, of: resource, after: seen, at: noon)
      _ = try await controller.apply(action, to: resource)
      seen = try #require(await controller.observe(resource).value)
      #expect(seen.settings == expected.settings)
      first = plan(resource, seen)
    }
    #expect(try cluster.psql("SHOW work_mem") == "8MB")
    #expect(cluster.log.split(separator: "\n").filter { $0.contains("ALTER SYSTEM") }.count == 3)
    for _ in 0..<20 { _ = await controller.observe(resource) }
    #expect(cluster.log.split(separator: "\n").filter { $0.contains("ALTER SYSTEM") }.count == 3)
  }

  @Test("a standby is seen with its state and lag, its loss is said, and where its zone is")
  func topology() async throws {
    let primary = try PostgreSQLCluster(["cluster_name": "'db1'"])
    let keys = [("availability", "high"), ("zones", "multi")]
    let resource = resource(primary, keys, members: [("db1", "a"), ("db2", "b")])
    var seen = try #require(await controller.observe(resource).value)
    #expect(plan(resource, seen).findings.map(\.code) == ["no-standby"])
    #expect(plan(resource, seen).state == .degraded)

    let standby = try PostgreSQLCluster(copyOf: primary, standby: true, name: "db2")
    try await eventually {
      seen = try #require(await controller.observe(resource).value)
      return seen.standbys.first?.state == "streaming"
    }
    #expect(seen.standbys.map(\.name) == ["db2"] && seen.standbys[0].sync == "async")
    #expect(plan(resource, seen).findings.isEmpty, "\(plan(resource, seen).findings)")
    #expect(plan(resource, seen).headline.contains("with 1 standby"))
    let waiting = self.resource(
      primary, keys, settings: [("synchronous_standby_names", "db2")], members: [("db1", "a"), ("db2", "b")])
    seen = try #require(await controller.observe(waiting).value)
    let action = try #require(plan(waiting, seen).actions.first)
    #expect(action.risk == .disruptive)
    _ = try await controller.apply(action, to: waiting)
    try await eventually {
      seen = try #require(await controller.observe(waiting).value)
      return seen.standbys.first?.sync == "sync"
    }
    #expect(plan(waiting, seen).actions.isEmpty && plan(waiting, seen).findings.isEmpty)

    // The address leads to a standby, as after a failover that it does not follow.
    let other = self.resource(standby, settings: [("work_mem", "8MB")])
    let there = try #require(await controller.observe(other).value)
    #expect(there.isStandby)
    #expect(plan(other, there).findings.map(\.code) == ["standby-work_mem", "is-standby"])
    #expect(plan(other, there).actions.isEmpty)
    try primary.stop("immediate")
    #expect(await controller.observe(resource).value == nil)
    try standby.promote()
    let promoted = try #require(await controller.observe(other).value)
    #expect(!promoted.isStandby)
  }

  @Test("encryption and audit are demanded where the data are real, and seen in a server that has them")
  func protection() async throws {
    let bare = try PostgreSQLCluster()
    let resource = resource(
      bare, [("availability", "single"), ("encrypted", "in transit"), ("audit", "who did what")])
    let seen = try #require(await controller.observe(resource).value)
    #expect(plan(resource, seen).findings.map(\.code) == ["no-tls", "no-audit"])
    #expect(plan(self.resource(bare), seen, data: .real).findings.map(\.code) == ["no-tls", "no-audit"])
    #expect(plan(self.resource(bare), seen).findings.isEmpty)

    let guarded = try PostgreSQLCluster(["shared_preload_libraries": "pgaudit", "pgaudit.log": "'ddl'"])
    let there = try #require(await controller.observe(self.resource(guarded)).value)
    #expect(there.hasAudit && there.audited == "ddl")
  }

  @Test("a server that is down or silent is unknown, which is one finding")
  func down() async throws {
    let cluster = try PostgreSQLCluster()
    let resource = resource(cluster)
    try cluster.stop()
    let observed = await controller.observe(resource)
    #expect(observed.value == nil)
    let context = PlanContext(now: noon, environment: header())
    #expect(DatabaseController.plan(resource, observed, context).findings.map(\.code) == ["unreachable"])
    try cluster.start()
    #expect(await controller.observe(resource).value != nil)
  }

  @Test("a hundred looks at once, against the same by psql in a shell's loop")
  func hundred() async throws {
    let cluster = try PostgreSQLCluster(["max_connections": "150"])
    let resource = resource(cluster, settings: [("work_mem", "4MB")])
    let before = ProcessorTime.ofThis
    let began = ContinuousClock.now
    let known = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 { group.addTask { await controller.observe(resource).value != nil } }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    let ours = began.duration(to: .now)
    let cpu = ProcessorTime.ofThis - before
    #expect(known == 100)
    cluster.write("\(DatabaseController.statement.replacing("$1", with: "'{work_mem}'"))", to: "look.sql")
    Figure.tell("a look at 100 databases (1 server)", "\(ours), \(cpu) of a processor")
    // As it is called on Debian, by a script that looks for it; and itself.
    for (name, program) in [("psql", "psql"), ("psql itself", PostgreSQLCluster.program("psql"))] {
      let loop =
        "i=0; while [ $i -lt 100 ]; do \(program) -X -q -A -t -h '\(cluster.socket)' -U postgres -d postgres "
        + "-f '\(cluster.data)/look.sql' >/dev/null || exit 1; i=$((i+1)); done"
      let (start, spent) = (ContinuousClock.now, ProcessorTime.ofChildren)
      try Tool.run(["sh", "-c", loop])
      let (theirs, theirCPU) = (start.duration(to: .now), ProcessorTime.ofChildren - spent)
      Figure.tell(
        "the same with \(name) in a shell loop",
        "\(theirs), \(Int(theirs / ours)) times as long, and \(Int(theirCPU / cpu)) times of a processor")
    }
  }
}
