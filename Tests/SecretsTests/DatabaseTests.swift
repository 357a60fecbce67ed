import Calendar
import Fixtures
import Glibc
import PostgreSQL
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

@Suite("A role's password in PostgreSQL", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct DatabaseTests {
  @Test(
    "two accounts take turns: the one before works on for the overlap, then its password and sessions are gone"
  )
  func turns() async throws {
    let cluster = try PostgreSQLCluster(["log_statement": "all"])
    let bench = try DatabaseBench(cluster, role: "turns")
    try cluster.psql("ALTER ROLE turns PASSWORD 'set by hand long ago'")
    let keeper = try await bench.keeper()
    #expect(keeper.done == ["prepare", "set", "test", "finish", "deliver"])
    #expect(keeper.plan?.state == .ready, "\(String(describing: keeper.plan))")
    #expect(bench.delivered["API_KEY_USER"] == "turns_b")
    #expect(await bench.followerLogsIn())
    #expect(await bench.login("turns", "set by hand long ago"))

    let first = bench.delivered
    try await keeper.pass(days(30))
    try await keeper.pass(.seconds(60))
    #expect(bench.delivered["API_KEY_USER"] == "turns")
    #expect(bench.delivered["API_KEY_PREVIOUS_USER"] == "turns_b")
    #expect(bench.delivered["API_KEY_PREVIOUS"] == first["API_KEY"])
    #expect(await bench.followerLogsIn())
    let value = try #require(first["API_KEY"])
    // A client that stays logged in with the credential before until somebody ends its session.
    let server = PostgreSQLServer(PostgreSQLAddress(host: cluster.socket))
    let client = Task {
      try await server.session(as: "turns_b", password: Secret(value), within: .seconds(60)) {
        #expect(try $0.rows("SELECT current_user") == [["turns"]])
        _ = try $0.rows("SELECT pg_sleep(30)")
      }
    }
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'turns_b' AND query LIKE '%sleep%'"
    try await eventually { try cluster.psql(sessions) == "1" }
    try await keeper.pass(days(1))
    try await keeper.pass(.seconds(60))
    #expect(try await bench.versions.map(\.number) == [2])
    #expect(await !bench.login("turns_b", value))
    let end = await #expect(throws: PostgreSQLError.self) { try await client.value }
    #expect(end?.state == "57P01")
    #expect(keeper.events.contains { $0.message.contains(#/[1-9][0-9]* sessions? of turns_b ended/#) })
    #expect(await bench.followerLogsIn())
    #expect(bench.delivered["API_KEY_PREVIOUS"] == nil)
    #expect(keeper.plan?.state == .ready && keeper.findings.isEmpty)
  }
}
