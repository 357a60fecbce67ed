import Fixtures
import Glibc
import Host
import Reconciliation
import Redis
import Testing

@testable import Cache

@Suite("Sentinels and clusters", .enabled(if: RedisServer.isAvailable))
struct SentinelTests {
  let client = RedisClient(SubprocessRunner())

  @Test("sentinels fail over to the follower; while they do, and afterwards, what is found is what is so")
  func failover() async throws {
    let primary = RedisServer(listens: true)
    let follower = RedisServer("replicaof 127.0.0.1 \(primary.port)", listens: true)
    let folder = ScratchFolder()
    var sentinels: [LocalServer] = []
    var addresses: [RedisAddress] = []
    for index in 0..<3 {
      let port = freePort()
      folder.write(
        """
        port \(port)
        bind 127.0.0.1
        dir \(folder.path)
        sentinel monitor main 127.0.0.1 \(primary.port) 2
        sentinel down-after-milliseconds main 1000
        sentinel failover-timeout main 10000

        """, to: "sentinel-\(index).conf")
      let arguments = [RedisServer.program, folder.path("sentinel-\(index).conf"), "--sentinel"]
      sentinels.append(try #require(LocalServer(arguments, log: folder.path("log"))))
      addresses.append(.network(host: "127.0.0.1", port: port))
    }
    let wanted = spec(
      .replicated,
      [.network(host: "127.0.0.1", port: primary.port), .network(host: "127.0.0.1", port: follower.port)],
      sentinels: addresses, sentinelName: "main")
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
    try await eventually(within: .seconds(60)) {
      let plan = await keeper.plan(wanted)
      return plan.findings.map(\.code) == ["down"]
        && plan.headline.contains("127.0.0.1:\(follower.port) takes writes")
    }
    primary.start()
    try await eventually(within: .seconds(60)) { await keeper.plan(wanted).findings.isEmpty }
    #expect(
      await keeper.plan(wanted).reasons.contains {
        $0.text.contains("127.0.0.1:\(follower.port) takes writes")
      })
    sentinels.removeAll()
    #expect(await keeper.plan(wanted).findings.map(\.code) == ["sentinel", "sentinel-2", "sentinel-3"])
  }

  @Test("a cluster that serves all keys is as written, one with a server missing is not")
  func cluster() async throws {
    let servers = (0..<3).map { _ in
      RedisServer("cluster-enabled yes", "cluster-node-timeout 1000", listens: true)
    }
    let addresses = servers.map { RedisAddress.network(host: "127.0.0.1", port: $0.port) }
    let wanted = spec(.cluster, addresses, whenFull: "allkeys-lfu")
    let keeper = controller()
    #expect(await keeper.plan(wanted).findings.map(\.code) == ["cluster-down"])
    let made = try await SubprocessRunner().run(
      Command(
        ["/usr/bin/redis-cli", "--cluster", "create", "--cluster-yes"] + addresses.map { "\($0)" }))
    try #require(made.isSuccess, "\(made.output.text)\(made.error.text)")
    try await eventually(within: .seconds(60)) { await keeper.plan(wanted).findings.isEmpty }
    #expect(try await keeper.keep(wanted).count == 3)
    #expect(await keeper.plan(wanted).headline.contains("a cluster of 3 that take writes"))
    servers[1].stop(SIGKILL)
    try await eventually(within: .seconds(60)) {
      await keeper.plan(wanted).findings.map(\.code) == ["down", "cluster-down"]
    }
    let plain = RedisServer()
    let other = spec(.cluster, [addresses[0], addresses[2], .socket(plain.socket)])
    #expect(await keeper.plan(other).findings.map(\.code).contains("no-cluster"))
  }
}
