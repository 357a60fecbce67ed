import Fixtures
import Glibc
import Host
import Reconciliation
import Redis
import Testing

@testable import Cache

@Suite("Caches on real servers", .enabled(if: RedisServer.isAvailable))
struct KeepingTests {
  let client = RedisClient(SubprocessRunner())

  @Test(
    "a single server gets the settings that the file names, keeps them over a restart, and no others are touched"
  )
  func single() async throws {
    let server = RedisServer("maxmemory-samples 7")
    let address = RedisAddress.socket(server.socket)
    let wanted = spec(
      .single, [address], memory: 64_000_000, whenFull: "allkeys-lru", persistence: .appendOnly)
    let done = try await controller().keep(wanted)
    #expect(Set(done.map(\.setting)) == ["maxmemory", "maxmemory-policy", "save", "appendonly"])
    server.stop()
    server.start()
    let plan = await controller().plan(wanted)
    #expect(plan.actions.isEmpty && plan.findings.isEmpty && plan.state == .ready, "\(plan)")
    #expect(plan.headline.contains("of 64 MB in use"))
    #expect(
      try await client.ask(address, "CONFIG", "GET", "maxmemory-samples").json["maxmemory-samples"].text
        == "7")
  }

  @Test("a look at a cache as written changes nothing, however often it is taken")
  func looks() async throws {
    let server = RedisServer()
    let address = RedisAddress.socket(server.socket)
    let wanted = spec(.single, [address], memory: 64_000_000)
    _ = try await controller().keep(wanted)
    func changes() async throws -> [String] {
      let told = try await client.ask(address, [["INFO", "commandstats"]])[0].fields
      return ["cmdstat_config|set", "cmdstat_config|rewrite"].map { told[$0] ?? "never" }
    }
    let (file, before) = (server.folder.text("redis.conf"), try await changes())
    for _ in 0..<100 { #expect(await controller().plan(wanted).actions.isEmpty) }
    #expect(server.folder.text("redis.conf") == file)
    #expect(try await changes() == before)
  }

  @Test(
    "a server that is down, that accepts and never answers, or that refuses the login is unknown, and says why"
  )
  func unknown() async throws {
    let server = RedisServer()
    let address = RedisAddress.socket(server.socket)
    _ = try await client.ask(address, "ACL", "SETUSER", "steward", "on", ">right", "~*", "+@all")
    let login = RedisServers.Login(user: "steward", secret: "REDIS")
    let wanted = spec(.single, [address], memory: 1_000_000_000, login: login)
    #expect(await controller(password: "right").plan(wanted).actions.count == 1)
    for (password, word) in [("wrong", "WRONGPASS"), (nil, "REDIS")] {
      let plan = await controller(password: password).plan(wanted)
      #expect(
        plan.state == .unknown && plan.actions.isEmpty && plan.headline.contains(word), "\(plan.headline)")
      #expect(plan.findings.map(\.code) == ["unreachable"])
    }
    server.freeze()
    let frozen = await controller(password: "right").plan(wanted)
    server.resume()
    #expect(frozen.state == .unknown && frozen.headline.contains("no answer"), "\(frozen.headline)")
    server.stop()
    let down = await controller(password: "right").plan(wanted)
    #expect(down.state == .unknown && down.actions.isEmpty, "\(down)")
  }

  @Test("a server that lets nobody in but the administrator gets its settings as well")
  func closed() async throws {
    let server = RedisServer()
    let address = RedisAddress.socket(server.socket)
    _ = try await client.ask(
      address,
      [
        ["ACL", "SETUSER", "steward", "on", ">right", "~*", "+@all"], ["ACL", "SETUSER", "default", "off"],
      ])
    let wanted = spec(
      .single, [address], memory: 64_000_000, login: RedisServers.Login(user: "steward", secret: "REDIS"))
    #expect(try await controller(password: "right").keep(wanted).map(\.setting) == ["maxmemory"])
    #expect(await controller(password: "right").plan(wanted).headline.contains("of 64 MB in use"))
  }

  @Test("an account that may not set anything is told so, and a person must act")
  func denied() async throws {
    let server = RedisServer()
    let address = RedisAddress.socket(server.socket)
    _ = try await client.ask(
      address, "ACL", "SETUSER", "steward", "on", ">right", "~*", "+@all", "-config|set", "-config|rewrite")
    let wanted = spec(
      .single, [address], memory: 1_000_000_000, login: RedisServers.Login(user: "steward", secret: "REDIS"))
    let failure = await #expect(throws: Failure.self) { try await controller(password: "right").keep(wanted) }
    #expect(failure?.class == .needsOperator)
    #expect(failure?.cause.hasPrefix("NOPERM") == true)
  }

  @Test("an account that may set and not write sets until the restart; one without transactions does both")
  func halfDenied() async throws {
    for (rule, kept) in [("-config|rewrite", false), ("-multi", true)] {
      let server = RedisServer()
      let address = RedisAddress.socket(server.socket)
      _ = try await client.ask(address, "ACL", "SETUSER", "steward", "on", ">right", "~*", "+@all", rule)
      let wanted = spec(
        .single, [address], memory: 64_000_000, login: RedisServers.Login(user: "steward", secret: "REDIS"))
      let keeper = controller(password: "right")
      let action = try #require(await keeper.plan(wanted).actions.first)
      let outcome = try await keeper.apply(action, to: resource(wanted))
      #expect(outcome.details["kept"] == .bool(kept), "\(rule): \(outcome)")
      #expect(await keeper.plan(wanted).actions.isEmpty)
      #expect(server.folder.text("redis.conf")?.contains("maxmemory ") == kept)
    }
  }

  @Test("a follower that is down, lost its link or leads on its own is found, and both get their settings")
  func replicated() async throws {
    let primary = RedisServer(listens: true)
    let follower = RedisServer("replicaof 127.0.0.1 \(primary.port)", listens: true)
    let wanted = spec(
      .replicated, [.socket(primary.socket), .socket(follower.socket)], memory: 64_000_000)
    let keeper = controller()
    try await eventually { await keeper.plan(wanted).findings.isEmpty }
    let done = try await keeper.keep(wanted)
    #expect(done.map(\.server) == [.socket(follower.socket), .socket(primary.socket)], "followers first")
    #expect(await keeper.plan(wanted).headline.contains("1 follows"))

    _ = try await client.ask(.socket(follower.socket), "REPLICAOF", "NO", "ONE")
    #expect(await keeper.plan(wanted).findings.map(\.code) == ["two-primaries"])
    _ = try await client.ask(.socket(follower.socket), "REPLICAOF", "127.0.0.1", "\(freePort())")
    try await eventually { await keeper.plan(wanted).findings.map(\.code) == ["link-down"] }
    follower.stop()
    let plan = await keeper.plan(wanted)
    #expect(
      plan.findings.map(\.code) == ["down"] && plan.state == .degraded && plan.cell == "1 of 2 up", "\(plan)")
    follower.start()
    try await eventually { await keeper.plan(wanted).findings.isEmpty }
    primary.stop()
    #expect(await Set(keeper.plan(wanted).findings.map(\.code)).isSuperset(of: ["down", "no-primary"]))
  }

  @Test("a disk that refuses the snapshot is a finding until one is written")
  func unsaved() async throws {
    let server = RedisServer()
    let address = RedisAddress.socket(server.socket)
    let wanted = spec(.single, [address], persistence: .snapshots)
    let keeper = controller()
    // A folder where the snapshot's file should be renamed to.
    server.folder.makeFolder("dump.rdb")
    _ = try await client.ask(address, "SET", "key", "value")
    _ = try await client.ask(address, "BGSAVE")
    try await eventually { await keeper.plan(wanted).findings.map(\.code) == ["save-failed"] }
    rmdir(server.folder.path("dump.rdb"))
    _ = try await client.ask(address, "BGSAVE")
    try await eventually { await keeper.plan(wanted).findings.isEmpty }
  }
}
