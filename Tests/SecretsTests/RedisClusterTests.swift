import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Redis
import SecretStore
import Testing

@testable import Secrets

@Suite("A user in a Redis cluster", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisClusterTests {
  @Test(
    "every node of a formed cluster, which speaks TLS alone, takes the new password and keeps it; while one is down, nothing is changed at any"
  )
  func rotated() async throws {
    let root = RedisLogin(user: "root", password: "of-the-test")
    let folder = ScratchFolder()
    let certificate = try PrivateCertificate(in: folder)
    let servers = (0..<6).map { _ in
      // By itself a server talks to the others on the port 10,000 above its own, which may be taken.
      RedisServer(
        "cluster-enabled yes", "cluster-port \(freePort())", "cluster-node-timeout 5000",
        "masteruser \(root.user)",
        "masterauth \(root.password)", listens: true, certificate: certificate)
    }
    for server in servers {
      let person = try #require(RedisSession(server.socket))
      #expect(
        person.ask("ACL", "SETUSER", root.user, "on", ">" + root.password, "~*", "&*", "+@all") == "+OK")
      #expect(person.ask("ACL", "SAVE") == "+OK")
    }
    try Tool.run(
      [
        "redis-cli", "--tls", "--cacert", certificate.authority, "--cluster", "create", "--cluster-yes",
        "--cluster-replicas", "1",
      ] + servers.map { "127.0.0.1:\($0.port)" })
    let bench = try await RedisBench(servers, topology: "cluster")
    let keeper = try await bench.keeper()
    let first = try #require(bench.delivered["API_KEY"])
    #expect(bench.followerLogsIn() && keeper.findings.isEmpty, "\(keeper.findings)")
    try await eventually { isServed(by: servers[0], first) }

    // A replica that has nothing yet is not promoted.
    try await eventually(within: .failover) {
      for index in 3..<6 {
        let link = try await bench.ask(index, as: root, "INFO", "replication").fields["master_link_status"]
        if link != "up" { return false }
      }
      return true
    }

    // One that leads goes down, and its replica leads in its place.
    servers[0].stop(SIGKILL)
    try await eventually(within: .failover) { isServed(by: servers[1], first) }
    bench.workshop.clock.advance(by: days(30))
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(600))
    #expect(keeper.findings == ["server-unknown"] && keeper.plan?.state == .waiting)
    #expect(try await bench.versions.map(\.number) == [1])
    for index in 1..<6 {
      #expect(try await bench.passwords(at: index).count == 1 && bench.takes(first, at: index), "\(index)")
    }

    servers[0].start()
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(60))
    let second = try #require(bench.delivered["API_KEY"])
    #expect(second != first && bench.followerLogsIn() && keeper.findings.isEmpty, "\(keeper.findings)")
    #expect(servers.indices.allSatisfy { bench.takes(first, at: $0) })
    try await eventually { isServed(by: servers[2], second) }
    try await keeper.pass(days(2))
    #expect(bench.followerLogsIn() && keeper.findings.isEmpty, "\(keeper.findings)")
    for (index, server) in servers.enumerated() {
      #expect(try await bench.passwords(at: index).count == 1 && !bench.takes(first, at: index), "\(index)")
      // A restart forgets none of it.
      server.stop(SIGKILL)
      server.start()
    }
    #expect(bench.followerLogsIn())
  }

  /// Whether a client that logs in at one node writes keys of all, wherever it is sent.
  private func isServed(by server: RedisServer, _ password: String) -> Bool {
    // Keys in the slots of three nodes.
    ["a", "b", "c"].allSatisfy { key in
      let client = [
        "env", "REDISCLI_AUTH=\(password)", "redis-cli", "--tls", "--cacert",
        server.certificate?.authority ?? "", "-c", "-p", "\(server.port)", "--user", "web",
      ]
      return (try? Tool.run(client + ["SET", key, "1"])).map { $0.hasSuffix("OK\n") } ?? false
    }
  }
}
