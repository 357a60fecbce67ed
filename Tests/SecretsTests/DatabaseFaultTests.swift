import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

@Suite("A role's server in trouble", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct DatabaseFaultTests {
  @Test("a thousand looks at an unchanged database change nothing, and it writes no line to its log")
  func thousandLooks() async throws {
    let cluster = try PostgreSQLCluster(["log_statement": "all", "log_min_messages": "info"])
    let bench = try DatabaseBench(cluster)
    let keeper = try await bench.keeper()
    let (resources, _) = read(bench.section, of: bench.header)
    let controller = bench.workshop.controller()
    let before = cluster.log
    let began = ContinuousClock.now
    for _ in 0..<1000 {
      #expect(await controller.observe(resources[0]).value?.server == ServerSeen(login: .works))
    }
    Figure.tell("PostgreSQL: 1,000 looks at a role's password", "\(began.duration(to: .now))")
    #expect(before.contains("ALTER ROLE \"web_b\" PASSWORD 'SCRAM-SHA-256$"))
    let grown = cluster.log.dropFirst(before.count)
    #expect(grown.isEmpty, "\(grown)")
    Figure.tell("PostgreSQL: lines in its log for 1,000 looks", "\(grown.split(separator: "\n").count)")
    #expect(keeper.plan?.actions.isEmpty == true)
  }

  @Test(
    "a server that is down is unknown: one finding, delivery goes on, and what was due is done when it is back"
  )
  func unknown() async throws {
    let cluster = try PostgreSQLCluster()
    let bench = try DatabaseBench(cluster)
    let keeper = try await bench.keeper()
    try await keeper.pass(days(31) + .seconds(60))
    #expect(keeper.plan?.state == .ready)

    try cluster.stop("immediate")
    let good = bench.workshop.text("srv/DB.env")
    unlink(bench.workshop.path("srv/DB.env"))
    try await keeper.lookAgain()
    #expect(keeper.findings == ["server-unknown"])
    #expect(bench.workshop.text("srv/DB.env") == good)
    bench.workshop.clock.advance(by: days(29))
    try await keeper.pass(.seconds(600))
    #expect(keeper.findings == ["server-unknown"] && keeper.plan?.state == .waiting)
    #expect(try await bench.versions.map(\.number) == [2])
    try cluster.start()
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(60))
    #expect(keeper.findings.isEmpty && keeper.plan?.state == .ready)
    #expect(await bench.followerLogsIn())
  }

  @Test("a role whose connections are all taken is looked at and rotated all the same")
  func connectionLimit() async throws {
    let cluster = try PostgreSQLCluster()
    let bench = try DatabaseBench(cluster)
    try cluster.psql("ALTER ROLE web CONNECTION LIMIT 0; ALTER ROLE web_b CONNECTION LIMIT 0")
    let keeper = try await bench.keeper()
    #expect(keeper.findings.isEmpty && keeper.plan?.state == .ready)
    try await keeper.pass(days(31) + .seconds(60))
    #expect(keeper.findings.isEmpty && keeper.plan?.state == .ready)
    #expect(try await bench.versions.map(\.number).max() == 2)
    // A wrong password is still seen: a new version takes the place of what somebody set by hand.
    try cluster.psql("ALTER ROLE web_b PASSWORD 'another'; ALTER ROLE web PASSWORD 'another'")
    try await keeper.lookAgain()
    #expect(try await bench.versions.map(\.number).max() == 3)
  }

  @Test("a read-only server keeps its password, and takes the new one when it may write again")
  func readOnly() async throws {
    let cluster = try PostgreSQLCluster()
    let bench = try DatabaseBench(cluster)
    let keeper = try await bench.keeper()
    try cluster.psql("ALTER SYSTEM SET default_transaction_read_only = on")
    try cluster.psql("SELECT pg_reload_conf()")
    try await eventually { try cluster.psql("SHOW default_transaction_read_only") == "on" }
    try await keeper.pass(days(30) + .seconds(60))
    #expect(try await bench.versions.map(\.phase) == [.current, .pending])
    #expect(keeper.events.last { $0.kind == .failed }?.message.contains("read-only") == true)
    #expect(await bench.followerLogsIn())
    try cluster.psql(
      "ALTER SYSTEM RESET default_transaction_read_only")
    try cluster.psql("SELECT pg_reload_conf()")
    try await eventually { try cluster.psql("SHOW default_transaction_read_only") == "off" }
    try await keeper.pass(.seconds(3600))
    #expect(try await bench.versions.map(\.phase) == [.previous, .current])
    #expect(await bench.followerLogsIn())
  }

  @Test(
    "an address that leads to a server in recovery changes nothing, and the rotation ends when it is promoted"
  )
  func inRecovery() async throws {
    let primary = try PostgreSQLCluster(["cluster_name": "'db1'"])
    let bench = try DatabaseBench(primary)
    let keeper = try await bench.keeper()
    let standby = try PostgreSQLCluster(copyOf: primary, standby: true, name: "db2")
    bench.lead(standby)
    try await keeper.pass(days(30) + .seconds(60))
    #expect(try await bench.versions.map(\.phase) == [.current, .pending])
    #expect(keeper.events.last { $0.kind == .failed }?.message.contains("read-only") == true)
    #expect(await bench.followerLogsIn())
    let value = try await bench.workshop.values()[2]
    try primary.stop("immediate")
    try standby.promote()
    try await keeper.pass(.seconds(3600))
    #expect(try await bench.versions.map(\.phase) == [.previous, .current])
    #expect(try await bench.workshop.values()[2] == value)
    #expect(await bench.followerLogsIn() && keeper.findings.isEmpty, "\(keeper.findings)")
  }

  @Test("an account that is missing is said with how to make it, and nothing is created")
  func missing() async throws {
    let cluster = try PostgreSQLCluster()
    let bench = try DatabaseBench(cluster, role: "lonely", makesRoles: false)
    let keeper = try await bench.keeper()
    #expect(keeper.findings == ["account-unusable"])
    #expect(keeper.plan?.findings.first?.message.contains("there is no role lonely") == true)
    #expect(keeper.done.isEmpty)
    try cluster.psql("CREATE ROLE lonely LOGIN")
    try await keeper.lookAgain()
    #expect(keeper.plan?.findings.first?.message.contains("CREATE ROLE \"lonely_b\"") == true)
    try cluster.psql("CREATE ROLE lonely_b LOGIN NOINHERIT")
    try await keeper.lookAgain()
    #expect(keeper.plan?.findings.first?.message.contains("GRANT \"lonely\" TO \"lonely_b\"") == true)
    try cluster.psql("ALTER ROLE lonely_b INHERIT; GRANT lonely TO lonely_b")
    try await keeper.lookAgain()
    #expect(keeper.findings.isEmpty && keeper.plan?.state == .ready)
    #expect(await bench.followerLogsIn())

    // Passwords expire, and it vanishes.
    try cluster.psql("ALTER ROLE lonely_b VALID UNTIL '2000-01-01'")
    try await keeper.lookAgain()
    #expect(keeper.plan?.findings.first?.message.contains("VALID UNTIL 'infinity'") == true)
    try cluster.psql("ALTER ROLE lonely_b VALID UNTIL 'infinity'")
    try await keeper.lookAgain()
    #expect(keeper.findings.isEmpty && keeper.plan?.state == .ready)
    #expect(try await bench.versions.map(\.number) == [1])
    try cluster.psql("DROP ROLE lonely_b")
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(3600))
    #expect(keeper.findings == ["account-unusable"] && keeper.plan?.state == .degraded)
    #expect(try cluster.psql("SELECT count(*) FROM pg_roles WHERE rolname = 'lonely_b'") == "0")
  }

  @Test(
    "a password that somebody set by hand is never overwritten with the old one: a new version takes its place"
  )
  func byHand() async throws {
    let cluster = try PostgreSQLCluster()
    let bench = try DatabaseBench(cluster, role: "hand")
    let keeper = try await bench.keeper()
    let old = bench.delivered
    try cluster.psql("ALTER ROLE hand_b PASSWORD 'changed by hand'")
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(60))
    #expect(keeper.events.contains { $0.kind == .finding && $0.body["code"].text == "changed-elsewhere" })
    #expect(bench.delivered["API_KEY_USER"] == "hand" && bench.delivered["API_KEY"] != old["API_KEY"])
    #expect(await bench.followerLogsIn())
    #expect(await bench.login("hand_b", "changed by hand"))
    #expect(await !bench.login("hand_b", old["API_KEY"] ?? ""))
    #expect(keeper.findings.isEmpty)
  }

  @Test(
    "an old copy of the server that takes the version before is given the one in force again, by the same verifier"
  )
  func restored() async throws {
    let cluster = try PostgreSQLCluster(["log_statement": "all"])
    let bench = try DatabaseBench(cluster)
    let keeper = try await bench.keeper()
    try cluster.stop()
    try Tool.run(["cp", "-a", cluster.data, cluster.data + ".old"])
    try cluster.start()
    try await keeper.pass(days(30) + .seconds(60))
    let alter = "ALTER ROLE \"web\" PASSWORD"
    func verifiers() -> [Substring] { cluster.log.split(separator: "\n").filter { $0.contains(alter) } }
    let first = verifiers()
    #expect(first.count == 1)
    try cluster.stop()
    let log = cluster.log
    try Tool.run(["rm", "-rf", cluster.data])
    try Tool.run(["mv", cluster.data + ".old", cluster.data])
    try cluster.start()
    #expect(await !bench.followerLogsIn())
    try await keeper.lookAgain()
    #expect(keeper.events.contains { $0.kind == .finding && $0.body["code"].text == "old-password-back" })
    #expect(keeper.done.last == "restore")
    #expect(await bench.followerLogsIn())
    let again = verifiers()
    #expect(again.count == 1)
    #expect(
      again.first?.split(separator: "'").dropFirst().first
        == first.first?.split(separator: "'").dropFirst().first)
    #expect(try await bench.versions.count == 2)
    #expect(log.contains(alter) && keeper.findings.isEmpty)
  }

  @Test(
    "a standby that missed a rotation, or the middle of one, and is promoted takes the value in force again",
    arguments: [nil, 2, 3, 4])
  func promoted(dyingAfter count: Int?) async throws {
    let primary = try PostgreSQLCluster(["cluster_name": "'db1'"])
    let bench = try DatabaseBench(primary)
    var events = try await bench.keeper().events
    let standby = try PostgreSQLCluster(copyOf: primary, standby: true, name: "db2")
    try standby.stop()
    bench.workshop.clock.advance(by: days(30))
    let `switch` = KillSwitch(after: count ?? 1000)
    let keeper = Keeper(bench.workshop, DatabaseKillTests.mortal(bench, `switch`), after: events)
    do { try await keeper.adopt(bench.section, of: bench.header) } catch is Killed {}
    events = keeper.events
    let made = try await bench.workshop.values()[2]

    try primary.stop("immediate")
    try standby.start()
    try standby.promote()
    bench.lead(standby)
    let after = try await bench.keeper(after: events)
    try await after.lookAgain()
    try await after.pass(.seconds(3600))
    #expect(await bench.followerLogsIn())
    #expect(try await bench.workshop.values()[2] == made)
    #expect(try await bench.versions.map(\.phase) == [.previous, .current])
    #expect(after.findings.isEmpty && after.plan?.state == .ready, "\(after.findings)")
    #expect(bench.delivered["API_KEY_USER"] == "web")
  }

  @Test("one account alone: a declared pause, and sessions that began with the password before are ended")
  func oneAccount() async throws {
    let cluster = try PostgreSQLCluster()
    let bench = try DatabaseBench(cluster, role: "alone", pause: true)
    let keeper = try await bench.keeper()
    #expect(bench.delivered["API_KEY_USER"] == "alone")
    let old = try #require(bench.delivered["API_KEY"])
    try await keeper.pass(days(30))
    try await keeper.pass(.seconds(60))
    #expect(await bench.followerLogsIn())
    #expect(await !bench.login("alone", old))
    #expect(try await bench.versions.map(\.number) == [2])
    let sets = keeper.events.filter { $0.kind == .done && $0.body["verb"].text == "set" }
    #expect(sets.count == 2)
    #expect(keeper.plan?.state == .ready && keeper.findings.isEmpty)
  }

  @Test("the password that steward itself logs in with is rotated like any other, with a pause")
  func own() async throws {
    let cluster = try PostgreSQLCluster()
    let bench = try DatabaseBench(cluster, role: "steward", pause: true, isAdmin: true)
    let first = "set once by an operator"
    try cluster.psql("ALTER ROLE steward SUPERUSER PASSWORD '\(first)'")
    let id = SecretID(environment: "staging", name: "API_KEY")
    let made = try await bench.workshop.sealed.add(
      Secret(first), to: id, at: bench.workshop.clock.now, user: nil)
    for phase in [SecretVersion.Phase.set, .tested, .current] {
      try await bench.workshop.sealed.mark(id, version: made.number, as: phase, overlapUntil: nil)
    }
    let keeper = try await bench.keeper()
    #expect(try await bench.versions.map(\.number) == [1] && keeper.findings.isEmpty, "\(keeper.findings)")
    try await keeper.pass(days(31))
    #expect(await bench.followerLogsIn())
    #expect(await !bench.login("steward", first))
    #expect(try await bench.versions.map(\.number) == [2])
    #expect(keeper.plan?.state == .ready && keeper.findings.isEmpty, "\(keeper.findings)")
  }
}
