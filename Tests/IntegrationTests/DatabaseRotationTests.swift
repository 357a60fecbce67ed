import Fixtures
import Host
import Reconciliation
import Testing

@Suite("A password in a real database", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct DatabaseRotationTests {
  @Test(
    "the daemon makes, sets, delivers and rotates it; the instance gets its account's name; nothing tells the value"
  )
  func rotated() async throws {
    let cluster = try PostgreSQLCluster(["log_statement": "all"])
    try cluster.psql("CREATE ROLE web LOGIN")
    try cluster.psql("CREATE ROLE web_b LOGIN IN ROLE web")
    let scratch = try Scratch()
    try scratch.environment(
      "staging",
      """
      data: synthetic
      database:
        main: {kind: postgresql, availability: single, socket: \(cluster.socket)}
      instances:
        web: {run: [SCRATCH/bin/web], secrets: [DB], ready after: 100ms, stop within: 2s}
      secrets:
        DB: {kind: database-password, overlap: 2s, in: database/main, role: web, file: SCRATCH/DB.env}
      """)
    try await scratch.start()
    try await eventually("an instance runs with the account's name") {
      scratch.instances("staging/instances/web").contains { scratch.variable("DB_USER", of: $0) == "web_b" }
    }
    try await eventually("the file has the account's name") {
      scratch.variables(in: "DB.env")["DB_USER"] == "web_b"
    }
    let old = try #require(scratch.variables(in: "DB.env")["DB"])
    #expect(cluster.logsIn("web_b", old))

    #expect(try await scratch.steward("rotate", "staging/secrets/DB").isSuccess)
    try await eventually("the instance runs with the other account") {
      scratch.instances("staging/instances/web").contains { scratch.variable("DB_USER", of: $0) == "web" }
    }
    try await eventually("the account before is locked") { !cluster.logsIn("web_b", old) }
    try await eventually("the file has the new account alone") {
      let now = scratch.variables(in: "DB.env")
      return now["DB_USER"] == "web" && now["DB_PREVIOUS"] == nil
    }
    let new = try #require(scratch.variables(in: "DB.env")["DB"])
    #expect(cluster.logsIn("web", new))
    try await eventually("the plan is empty") { try await scratch.steward("plan").end == .exited(0) }

    var said = [scratch.said, cluster.log]
    for arguments in [["status", "--json"], ["events", "--json"], ["why", "staging/secrets/DB", "--json"]] {
      let answer = try await scratch.steward(arguments)
      #expect(answer.isSuccess)
      said.append(answer.output.text + answer.error.text)
    }
    #expect(said.contains { $0.contains("secrets.retire.done") })
    for value in [old, new] { #expect(!said.contains { $0.contains(value) }) }
  }
}
