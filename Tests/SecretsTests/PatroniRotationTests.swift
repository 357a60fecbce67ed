import Calendar
import Fixtures
import Glibc
import Host
import PostgreSQL
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

@Suite("A rotation in a cluster that Patroni runs", .serialized, .enabled(if: PatroniPair.isInstalled))
struct PatroniRotationTests {
  /// The leader fails right after it took the new password, and the reply is lost with it.
  private struct FailingServer: CredentialServer {
    let base: any CredentialServer
    let prepare: @Sendable () async throws -> Void
    let fail: @Sendable () -> Void

    func login(with credential: Credential) async throws -> LoginSeen {
      try await base.login(with: credential)
    }
    func refusal(of users: [String]) async throws -> String? { try await base.refusal(of: users) }
    func set(_ credential: Credential) async throws {
      try await prepare()
      try await base.set(credential)
      fail()
      throw Failure(
        .transient, code: "server", operation: "set", subject: "the leader", cause: "the connection broke")
    }
    func look(_ account: AccountVersions) async throws -> ServerSeen { try await base.look(account) }
    func save() async throws { try await base.save() }
    func retire(
      _ credential: Credential, heir: Credential?, replacedAgo age: Duration?
    ) async throws -> Int? {
      try await base.retire(credential, heir: heir, replacedAgo: age)
    }
  }

  private func header(_ pair: PatroniPair) -> EnvironmentHeader {
    let server: Written = [
      "kind": "postgresql", "availability": "high", "patroni": .list(pair.interfaces.map { .text($0) }),
    ]
    var header = EnvironmentHeader.staging()
    header.guard = Guard(disruptive: .nothing, destructive: .nothing)
    header.servers = ["database/main": server.node(line: 50)]
    return header
  }

  /// Whether a client that follows the file logs in where Patroni says.
  private func followerLogsIn(_ workshop: Workshop, _ server: PostgreSQLServer) async -> Bool {
    var now: [String: String] = [:]
    for line in (workshop.text("srv/DB.env") ?? "").split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { now[parts[0]] = parts[1] }
    }
    do {
      return try await server.session(
        as: now["API_KEY_USER"] ?? "", password: Secret(now["API_KEY"] ?? "")
      ) { $0.wasAskedForPassword }
    } catch {
      print("login as \(now["API_KEY_USER"] ?? "nobody"): \(error)")
      return false
    }
  }

  @Test(
    "a failover in the middle of it, which loses the change too or not: it is brought to its end in the next leader, with the same value",
    arguments: [false, true])
  func failover(losing: Bool) async throws {
    let pair = PatroniPair()
    let server = PostgreSQLServer(PostgreSQLAddress(host: "", patroni: pair.interfaces))
    // Each look at the cluster is a process: not as often as it could be.
    try await eventually(within: .failover) {
      try await Task.sleep(for: .milliseconds(300))
      let cluster = try? await Patroni(pair.interfaces).cluster()
      return cluster?.members.count { ["running", "streaming"].contains($0.state) } == 2
    }
    try await server.session(as: "postgres") {
      _ = try $0.rows("CREATE ROLE web LOGIN")
      _ = try $0.rows("CREATE ROLE web_b LOGIN IN ROLE web")
    }
    let workshop = try Workshop()
    let section: Written = [
      "API_KEY": [
        "kind": "database-password", "every": "30d", "in": "database/main", "role": "web", "overlap": "1h",
        "file": .text(workshop.path("srv/DB.env")),
      ]
    ]
    let first = Keeper(workshop)
    try await first.adopt(section, of: header(pair))
    #expect(await followerLogsIn(workshop, server))
    // Patroni calls a member running that does not follow yet: nothing but the change may be lost.
    try await eventually(within: .failover) {
      try await Task.sleep(for: .milliseconds(300))
      return try await server.session(as: "postgres") {
        try $0.rows("SELECT FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()").count == 1
      }
    }
    workshop.clock.advance(by: days(30))

    let leader = try #require(try await Patroni(pair.interfaces).cluster().leader?.name)
    let failing = SecretsController(
      store: workshop.sealed, runner: SubprocessRunner(), clock: workshop.clock,
      scratch: workshop.path("scratch"), randomness: SystemRandomness(),
      servers: { address, values in
        FailingServer(base: CredentialServers.live(SubprocessRunner())(address, values)) {
          guard losing else { return }
          // What is not sent is lost with the leader.
          let senders = try await server.session(as: "postgres") {
            try $0.rows("SELECT pid FROM pg_stat_replication")
          }
          for case let pid? in senders.map({ $0[0].flatMap { pid_t($0) } }) { kill(pid, SIGSTOP) }
        } fail: {
          pair.kill(leader == "db1" ? 0 : 1)
        }
      })
    let doomed = Keeper(workshop, failing, after: first.events)
    try await doomed.adopt(section, of: header(pair))
    #expect(doomed.findings.contains("server-unknown") || doomed.plan?.actions.isEmpty == false)
    let sealed = try await workshop.sealed.versions(
      of: SecretID(environment: "staging", name: "API_KEY"))
    #expect(sealed.map(\.number) == [1, 2] && sealed.last?.phase == .pending)
    let value = try await workshop.values()[2]

    try await eventually(within: .failover) {
      try await Task.sleep(for: .milliseconds(300))
      return try await Patroni(pair.interfaces).cluster().leader.map { $0.name != leader } ?? false
    }
    #expect(await followerLogsIn(workshop, server))
    let taken = try await server.session(as: "postgres") {
      try $0.rows("SELECT rolpassword FROM pg_authid WHERE rolname = 'web'")
    }
    #expect((taken.first?.first ?? nil) == nil || !losing, "the change is not lost")
    let last = Keeper(workshop, after: doomed.events)
    try await last.adopt(section, of: header(pair))
    try await last.pass(.seconds(7200))
    #expect(last.findings.isEmpty && last.plan?.state == .ready, "\(last.findings)")
    #expect(try await workshop.values() == [2: try #require(value)])
    #expect(await followerLogsIn(workshop, server))
  }
}
