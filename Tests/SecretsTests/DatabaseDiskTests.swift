import Calendar
import Fixtures
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

@Suite(
  "A role's server whose disk is full", .serialized,
  .enabled(
    if: PostgreSQLCluster.isInstalled && SmallDisk.isAvailable, "needs postgresql-15 and a right to mount"))
struct DatabaseDiskTests {
  @Test(
    "it refuses the new password, the one before works on, and the rotation ends with the same value once there is room"
  )
  func refused() async throws {
    let cluster = try PostgreSQLCluster(["autovacuum": "off"], onDiskOf: 120)
    let bench = try DatabaseBench(cluster)
    let keeper = try await bench.keeper()
    try cluster.psql("CREATE ROLE other")
    // As long as somebody might need the old rows, the table of roles has to grow for new ones.
    let reader = LocalServer(
      [
        "/usr/bin/psql", "-X", "-h", cluster.socket, "-U", "postgres", "-c",
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1; SELECT pg_sleep(600)",
      ], log: bench.workshop.path("reader.log"))
    try await eventually {
      let waiting = "wait_event = 'PgSleep' AND backend_xmin IS NOT NULL"
      return try cluster.psql("SELECT count(*) FROM pg_stat_activity WHERE \(waiting)") == "1"
    }
    cluster.fill()
    let refusal = #expect(throws: Tool.Refused.self) {
      try cluster.psql(
        "DO $$ BEGIN LOOP EXECUTE 'ALTER ROLE other PASSWORD ''changed'''; COMMIT; END LOOP; END $$")
    }
    #expect(refusal?.output.contains("No space left on device") == true, "\(String(describing: refusal))")
    try await keeper.pass(days(30) + .seconds(60))
    #expect(try await bench.versions.map(\.phase) == [.current, .pending])
    let failed = keeper.events.last { $0.kind == .failed }
    #expect(
      failed?.message.contains("No space left on device") == true, "\(failed?.message ?? "nothing failed")")
    #expect(await bench.followerLogsIn())
    let value = try await bench.workshop.values()[2]
    cluster.free()
    try await keeper.pass(.seconds(3600))
    #expect(try await bench.versions.map(\.phase) == [.previous, .current])
    #expect(try await bench.workshop.values()[2] == value)
    #expect(await bench.followerLogsIn() && keeper.findings.isEmpty, "\(keeper.findings)")
    withExtendedLifetime(reader) {}
  }

  @Test("it ends where its log cannot grow: unknown, one finding, and what was due is done when it is back")
  func ended() async throws {
    let cluster = try PostgreSQLCluster(["max_wal_size": "32MB", "min_wal_size": "32MB"], onDiskOf: 160)
    let bench = try DatabaseBench(cluster)
    let keeper = try await bench.keeper()
    let delivered = bench.delivered
    cluster.fill()
    try await eventually {
      _ = try? cluster.psql("SELECT pg_logical_emit_message(true, 'test', repeat('x', 1000000))")
      return (try? cluster.psql("SELECT 1")) == nil
    }
    #expect(throws: Tool.Refused.self) { try cluster.start() }
    try await keeper.pass(days(30) + .seconds(60))
    #expect(
      keeper.findings == ["server-unknown"] && keeper.plan?.actions.isEmpty == true, "\(keeper.findings)")
    #expect(try await bench.versions.map(\.number) == [1])
    #expect(bench.delivered == delivered)
    cluster.free()
    try cluster.start()
    #expect(await bench.followerLogsIn())
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(60))
    #expect(try await bench.versions.map(\.phase) == [.previous, .current])
    #expect(await bench.followerLogsIn() && keeper.findings.isEmpty, "\(keeper.findings)")
  }
}
