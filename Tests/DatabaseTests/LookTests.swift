import Fixtures
import Reconciliation
import Testing

@testable import Database

@Suite("Looks at many databases", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct LookTests {
  @Test("a hundred looks at once are quicker than a shell that asks one database after the other")
  func hundred() async throws {
    // A hundred entries for one server: what is measured is the asking, not a hundred servers.
    let cluster = try PostgreSQLCluster(["max_connections": "200"])
    let (database, mistakes) = read(
      [("socket", cluster.socket), ("availability", "single")], settings: [("work_mem", "4MB")])
    #expect(mistakes.isEmpty)
    let controller = DatabaseController { _, _ in [] }
    let began = ContinuousClock.now
    let known = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 { group.addTask { await controller.observe(database).value != nil } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    let look = ContinuousClock.now - began
    #expect(known == 100)

    let questions = [
      "SHOW server_version", "SELECT sum(pg_database_size(oid)) FROM pg_database", "SHOW work_mem",
      "SELECT pg_is_in_recovery()", "SELECT application_name, state, sync_state FROM pg_stat_replication",
    ]
    let asked = questions.map { "-c '\($0)'" }.joined(separator: " ")
    let loop = """
      for each in $(seq 100); do psql -X -h '\(cluster.socket)' -U postgres \(asked) || exit 1; done >/dev/null
      """
    let loopBegan = ContinuousClock.now
    try Tool.run(["sh", "-c", loop])
    let shell = ContinuousClock.now - loopBegan
    Figure.tell("a look at 100 databases (1 server)", "\(Int(look / .milliseconds(1))) ms")
    Figure.tell("the same with psql in a shell loop", "\(Int(shell / .milliseconds(1))) ms")
  }
}
