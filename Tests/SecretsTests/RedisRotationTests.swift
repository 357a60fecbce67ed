import Calendar
import Cryptography
import Fixtures
import Glibc
import Host
import Reconciliation
import Redis
import SecretStore
import Testing

@testable import Secrets

/// What a server is told of a password.
func hash(_ password: String?) -> String { SHA256Digest(of: Array((password ?? "").utf8)).hex }

@Suite("A user's password in Redis", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisRotationTests {
  @Test(
    "one user takes two passwords: the one before works on for the overlap, then it and the connections are gone",
    arguments: [RedisServer.Users.file, .settings])
  func overlap(users: RedisServer.Users) async throws {
    let bench = try await RedisBench(RedisServer(users: users))
    let keeper = try await bench.keeper()
    #expect(keeper.done == ["prepare", "set", "test", "finish", "deliver"])
    #expect(keeper.plan?.state == .ready && keeper.findings.isEmpty, "\(String(describing: keeper.plan))")
    #expect(bench.followerLogsIn())
    let first = bench.delivered["API_KEY"]

    try await keeper.pass(days(30))
    try await keeper.pass(.seconds(60))
    let second = bench.delivered["API_KEY"]
    #expect(bench.delivered["API_KEY_PREVIOUS"] == first && first != second)
    #expect(bench.followerLogsIn() && bench.takes(first))
    #expect(try await bench.passwords() == [hash(first), hash(second)])
    // A client that stays logged in with the password before until somebody ends its connection.
    let session = try #require(RedisSession(bench.servers[0].socket))
    #expect(session.login("web", first ?? ""))
    #expect(session.ask("SET", "key", "value") == "+OK")

    try await keeper.pass(days(1))
    try await keeper.pass(.seconds(60))
    #expect(try await bench.versions.map(\.number) == [2])
    #expect(bench.followerLogsIn() && !bench.takes(first))
    #expect(session.ask("GET", "key") == nil)
    #expect(keeper.events.contains { $0.message.contains("1 session of web ended") })
    #expect(try await bench.passwords() == [hash(second)])
    #expect(bench.delivered["API_KEY_PREVIOUS"] == nil)
    #expect(keeper.plan?.state == .ready && keeper.findings.isEmpty)

    let file = users == .file ? "users.acl" : "redis.conf"
    #expect(bench.servers[0].folder.text(file)?.contains("#\(hash(second))") == true)
    bench.servers[0].stop()
    bench.servers[0].start()
    #expect(bench.followerLogsIn() && !bench.takes(first))
  }

  @Test(
    "every server of a cache has users of its own: each takes the new password before anybody is told of it")
  func several() async throws {
    let primary = RedisServer(listens: true)
    let bench = try await RedisBench(
      primary, RedisServer("replicaof 127.0.0.1 \(primary.port)"), RedisServer("cluster-enabled yes"))
    let keeper = try await bench.keeper()
    try await keeper.pass(days(30))
    try await keeper.pass(.seconds(60))
    #expect(bench.followerLogsIn())
    for index in 0..<3 { #expect(try await bench.passwords(at: index).count == 2) }
    try await keeper.pass(days(2))
    for index in 0..<3 { #expect(try await bench.passwords(at: index) == [hash(bench.delivered["API_KEY"])]) }
    #expect(bench.followerLogsIn() && keeper.findings.isEmpty)
  }

  @Test("a thousand looks at an unchanged server change nothing, and it writes no line to its log")
  func thousandLooks() async throws {
    let bench = try await RedisBench(RedisServer("loglevel notice"))
    let keeper = try await bench.keeper()
    let (resources, _) = read(bench.section, of: bench.header)
    let controller = bench.workshop.controller()
    func changes() async throws -> [String] {
      let told = try await bench.client.ask(
        .socket(bench.servers[0].socket), as: RedisBench.admin, [["INFO", "commandstats"]])[0].fields
      return ["acl|setuser", "acl|save", "config|rewrite", "client|kill"].map { name in
        let stats = told["cmdstat_\(name)"] ?? "never"
        return String(stats.prefix { $0 != "," })
      }
    }
    let before = (try await changes(), bench.servers[0].log, bench.servers[0].folder.text("users.acl"))
    let began = ContinuousClock.now
    for _ in 0..<1000 {
      #expect(await controller.observe(resources[0]).value?.server == ServerSeen(login: .works))
    }
    Figure.tell("Redis: 1,000 looks at a user's password", "\(began.duration(to: .now))")
    #expect(try await changes() == before.0)
    #expect(bench.servers[0].log == before.1)
    #expect(bench.servers[0].folder.text("users.acl") == before.2)
    #expect(keeper.plan?.actions.isEmpty == true)
  }

  @Test("no value stands in the server's log, slow log or list of refused logins, nor in arguments or events")
  func canaries() async throws {
    let bench = try await RedisBench(RedisServer("slowlog-log-slower-than 0", "slowlog-max-len 10000"))
    let keeper = try await bench.keeper()
    var values = Set(try await bench.workshop.values().values)
    try await keeper.pass(days(30))
    try await keeper.pass(.seconds(60))
    values.formUnion(try await bench.workshop.values().values)
    var arguments = ""
    for process in ScratchFolder.names(in: "/proc") where process.allSatisfy(\.isNumber) {
      arguments += String(decoding: Bytes.read("/proc/\(process)/cmdline"), as: UTF8.self)
    }
    try await keeper.pass(days(2))
    #expect(values.count == 2)
    let everybody = RedisLogin(user: "root", password: "of the test")
    try await bench.ask(0, "ACL", "SETUSER", "root", "on", ">of the test", "~*", "&*", "+@all")
    var said = keeper.events.map { "\($0) \($0.body)" }
    said += keeper.reconciler.resources.values.map { "\($0)" }
    said += [bench.servers[0].log, bench.servers[0].folder.text("users.acl") ?? "", arguments]
    said.append("\(try await bench.ask(0, as: everybody, "SLOWLOG", "GET", "10000"))")
    said.append("\(try await bench.ask(0, as: everybody, "ACL", "LOG"))")
    let everything = said.joined(separator: "\n")
    #expect(everything.contains("SETUSER"))
    for value in values { #expect(!everything.contains(value)) }
    Figure.tell(
      "Redis: values found in its logs, arguments and events", "\(values.filter(everything.contains).count)")
  }
}
