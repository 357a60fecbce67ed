import Fixtures
import Glibc
import Host
import Reconciliation
import Redis
import Testing

@testable import Cache

@Suite("Sentinels and clusters", .enabled(if: RedisServer.isAvailable))
struct SentinelTests {
  @Test(
    "sentinels fail over to the follower; while they do, and afterwards, what is found is what is so, by TLS alone too",
    arguments: [false, true])
  func failover(byTLS: Bool) async throws {
    let folder = ScratchFolder()
    let certificate = byTLS ? try PrivateCertificate(in: folder) : nil
    let client = RedisClient(SubprocessRunner()).trusting(certificate?.authority)
    let primary = RedisServer(listens: true, certificate: certificate)
    let follower = RedisServer(
      "replicaof 127.0.0.1 \(primary.port)", listens: true, certificate: certificate)
    var sentinels: [LocalServer] = []
    var addresses: [RedisAddress] = []
    for index in 0..<3 {
      let port = freePort()
      folder.write(
        """
        \(RedisServer.listening(on: port, certificate).joined(separator: "\n"))
        dir \(folder.path)
        sentinel monitor main 127.0.0.1 \(primary.port) 2
        sentinel down-after-milliseconds main 5000
        sentinel failover-timeout main 10000

        """, to: "sentinel-\(index).conf")
      let arguments = [RedisServer.program, folder.path("sentinel-\(index).conf"), "--sentinel"]
      sentinels.append(try #require(LocalServer(arguments, log: folder.path("log"))))
      addresses.append(.network(host: "127.0.0.1", port: port))
    }
    let wanted = spec(
      .replicated,
      [.network(host: "127.0.0.1", port: primary.port), .network(host: "127.0.0.1", port: follower.port)],
      sentinels: addresses, sentinelName: "main", trust: certificate?.authority)
    let keeper = controller()
    try await eventually { await keeper.plan(wanted).findings.isEmpty }
    // They find one another and the follower through the primary: before that, they can choose nobody.
    for address in addresses {
      try await eventually {
        let quorum = try? await client.ask(address, "SENTINEL", "CKQUORUM", "main")
        let followers = try? await client.ask(address, "SENTINEL", "REPLICAS", "main")
        return "\(quorum, default: "")".contains("OK 3 usable")
          && "\(followers, default: "")".contains("\(follower.port)")
      }
    }
    primary.stop(SIGKILL)
    try await eventually(within: .failover) {
      let plan = await keeper.plan(wanted)
      return plan.findings.map(\.code) == ["down"]
        && plan.headline.contains("127.0.0.1:\(follower.port) takes writes")
    }
    primary.start()
    // On a busy machine they may fail over again meanwhile.
    try await eventually(within: .failover) {
      let named = try? await client.ask(addresses[0], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main")
      let plan = await keeper.plan(wanted)
      return plan.findings.isEmpty
        && [primary, follower].contains { server in
          "\(named, default: "")".contains("\(server.port)")
            && plan.reasons.contains { $0.text.contains("127.0.0.1:\(server.port) takes writes") }
        }
    }
    sentinels.removeAll()
    #expect(await keeper.plan(wanted).findings.map(\.code) == ["sentinel", "sentinel-2", "sentinel-3"])
  }

  @Test(
    "a cluster that serves all keys is as written, one with a server missing is not, by TLS alone too",
    arguments: [false, true])
  func cluster(byTLS: Bool) async throws {
    let folder = ScratchFolder()
    let certificate = byTLS ? try PrivateCertificate(in: folder) : nil
    let servers = (0..<3).map { _ in
      // By itself a server talks to the others on the port 10,000 above its own, which may be taken.
      RedisServer(
        "cluster-enabled yes", "cluster-port \(freePort())", "cluster-node-timeout 5000", listens: true,
        certificate: certificate)
    }
    let addresses = servers.map { RedisAddress.network(host: "127.0.0.1", port: $0.port) }
    let wanted = spec(.cluster, addresses, whenFull: "allkeys-lfu", trust: certificate?.authority)
    let keeper = controller()
    #expect(await keeper.plan(wanted).findings.map(\.code) == ["cluster-down"])
    let encryption = certificate.map { ["--tls", "--cacert", $0.authority] } ?? []
    try Tool.run(
      ["redis-cli"] + encryption + ["--cluster", "create", "--cluster-yes"] + addresses.map { "\($0)" })
    try await eventually(within: .failover) { await keeper.plan(wanted).findings.isEmpty }
    #expect(try await keeper.keep(wanted).count == 3)
    #expect(await keeper.plan(wanted).headline.contains("a cluster of 3 that take writes"))
    servers[1].stop(SIGKILL)
    try await eventually(within: .failover) {
      await keeper.plan(wanted).findings.map(\.code) == ["down", "cluster-down"]
    }
    let plain = RedisServer()
    let other = spec(
      .cluster, [addresses[0], addresses[2], .socket(plain.socket)], trust: certificate?.authority)
    #expect(await keeper.plan(other).findings.map(\.code).contains("no-cluster"))
  }
}
