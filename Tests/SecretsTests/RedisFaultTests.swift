import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Redis
import SecretStore
import Testing

@testable import Secrets

@Suite("A user's servers in trouble", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisFaultTests {
  @Test(
    "one server of two that is down or does not answer is unknown: one finding, delivery goes on, and what was due is done when it is back"
  )
  func unknown() async throws {
    let bench = try await RedisBench(RedisServer(), RedisServer())
    let keeper = try await bench.keeper()
    bench.servers[1].stop()
    let good = bench.workshop.text("srv/CACHE.env")
    unlink(bench.workshop.path("srv/CACHE.env"))
    try await keeper.lookAgain()
    #expect(keeper.findings == ["server-unknown"])
    #expect(keeper.plan?.findings[0].message.contains(bench.servers[1].socket) == true)
    #expect(bench.workshop.text("srv/CACHE.env") == good)
    bench.workshop.clock.advance(by: days(30))
    try await keeper.pass(.seconds(600))
    #expect(keeper.findings == ["server-unknown"] && keeper.plan?.state == .waiting)
    #expect(try await bench.versions.map(\.number) == [1])
    #expect(bench.takes(bench.delivered["API_KEY"]))
    bench.servers[1].start()
    bench.servers[1].freeze()
    try await keeper.settle(.noticed(Keeper.id))
    bench.servers[1].resume()
    #expect(keeper.findings == ["server-unknown"])
    #expect(keeper.plan?.findings[0].message.contains("no answer") == true)
    try await keeper.lookAgain()
    #expect(keeper.findings.isEmpty && bench.followerLogsIn())
    #expect(try await bench.versions.map(\.phase) == [.previous, .current])
  }

  @Test(
    "a login of steward's own that is refused makes nothing of the user: it is unknown until that is mended")
  func refused() async throws {
    let bench = try await RedisBench(RedisServer())
    let keeper = try await bench.keeper()
    let other = RedisLogin(user: "root", password: "of the test")
    try await bench.ask(0, "ACL", "SETUSER", "root", "on", ">of the test", "+@all")
    try await bench.ask(0, as: other, "ACL", "SETUSER", "steward", "resetpass", ">changed")
    try await keeper.lookAgain()
    #expect(keeper.findings == ["server-unknown"] && bench.followerLogsIn())
    #expect(keeper.plan?.findings[0].message.contains("WRONGPASS") == true)
    try await bench.ask(
      0, as: other, "ACL", "SETUSER", "steward", ">" + RedisBench.admin.password, "-config|get")
    try await keeper.lookAgain()
    #expect(keeper.plan?.findings[0].message.contains("NOPERM") == true)
    try await bench.ask(0, as: other, "ACL", "SETUSER", "steward", "+config|get")
    try await keeper.lookAgain()
    #expect(keeper.findings.isEmpty)
  }

  @Test(
    "a user that is missing, off or let in with any password is said with what to do, and nothing is created")
  func unusable() async throws {
    let bench = try await RedisBench(RedisServer(), RedisServer())
    let users = ["steward", "default"]
    try await bench.ask(1, "ACL", "SETUSER", "steward", "+acl|deluser", "+acl|list")
    func said(_ words: String) -> Bool { words.isEmpty }
    try await bench.ask(1, "ACL", "DELUSER", "web")
    let keeper = try await bench.keeper()
    for (change, words) in [
      ([], "there is no user web"), (["~*", "+@all"], "ACL SETUSER web on"),
      (["on", "nopass"], "ACL SETUSER web resetpass"),
    ] {
      if !change.isEmpty {
        _ = try await bench.client.ask(
          .socket(bench.servers[1].socket), as: RedisBench.admin, [["ACL", "SETUSER", "web"] + change])
      }
      try await keeper.lookAgain()
      #expect(keeper.findings == ["account-unusable"])
      #expect(keeper.plan?.findings[0].message.contains(words) == true, "\(words)")
      #expect(keeper.plan?.state == .degraded && keeper.done.isEmpty)
    }
    try await bench.ask(1, "ACL", "SETUSER", "web", "resetpass")
    try await keeper.lookAgain()
    #expect(keeper.findings.isEmpty && bench.followerLogsIn())

    // It vanishes at one of them, with a version in force.
    try await bench.ask(1, "ACL", "DELUSER", "web")
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(3600))
    #expect(keeper.findings == ["account-unusable"] && keeper.plan?.state == .degraded)
    let left = try await bench.ask(1, "ACL", "LIST").json.elements.compactMap(\.text)
    #expect(left.count == users.count)
    #expect(try await bench.versions.map(\.number) == [1])
  }

  @Test(
    "a password that somebody set by hand is never taken away, but said; a new version takes the place of the one it replaced"
  )
  func byHand() async throws {
    let bench = try await RedisBench(RedisServer())
    let keeper = try await bench.keeper()
    let old = bench.delivered["API_KEY"]
    try await bench.ask(0, "ACL", "SETUSER", "web", ">beside it")
    try await keeper.lookAgain()
    #expect(keeper.findings == ["other-passwords"] && bench.delivered["API_KEY"] == old)
    #expect(keeper.plan?.actions.isEmpty == true && keeper.plan?.state == .ready)
    try await bench.ask(0, "ACL", "SETUSER", "web", "resetpass", ">changed by hand")
    try await keeper.lookAgain()
    try await keeper.pass(.seconds(60))
    #expect(keeper.events.contains { $0.kind == .finding && $0.body["code"].text == "changed-elsewhere" })
    #expect(bench.delivered["API_KEY"] != old && bench.followerLogsIn() && !bench.takes(old))
    #expect(bench.takes("changed by hand") && keeper.findings == ["other-passwords"])
    try await bench.ask(0, "ACL", "SETUSER", "web", "!" + hash("changed by hand"))
    try await keeper.lookAgain()
    #expect(keeper.findings.isEmpty && bench.followerLogsIn())
  }

  @Test(
    "one server of two that comes back with the users it had before the rotation is given the version in force again"
  )
  func restored() async throws {
    let bench = try await RedisBench(RedisServer(), RedisServer())
    let keeper = try await bench.keeper()
    let before = try #require(bench.servers[1].folder.text("users.acl"))
    try await keeper.pass(days(30) + .seconds(60))
    let value = bench.delivered["API_KEY"]
    bench.servers[1].stop()
    bench.servers[1].folder.write(before, to: "users.acl", mode: 0o600)
    bench.servers[1].start()
    #expect(!bench.followerLogsIn())
    try await keeper.lookAgain()
    let found = keeper.events.last { $0.kind == .finding && $0.body["code"].text == "old-password-back" }
    #expect(found?.message.contains("cache/main at \(bench.servers[1].socket) refuses version 2") == true)
    #expect(keeper.done.last == "restore" && keeper.findings.isEmpty)
    #expect(bench.followerLogsIn() && bench.delivered["API_KEY"] == value)
    #expect(bench.servers[1].folder.text("users.acl")?.contains(hash(value)) == true)
    #expect(try await bench.versions.count == 2)

    // Once the version before is retired, nothing that the old copy takes is known: then a new version is due.
    try await keeper.pass(days(2))
    bench.servers[1].stop()
    bench.servers[1].folder.write(before, to: "users.acl", mode: 0o600)
    bench.servers[1].start()
    try await keeper.lookAgain()
    #expect(bench.followerLogsIn() && bench.delivered["API_KEY"] != value)
    #expect(keeper.findings == ["other-passwords"])
  }

  @Test("a password that cannot be saved comes into force nowhere, until it can")
  func unsaved() async throws {
    let bench = try await RedisBench(RedisServer())
    let keeper = try await bench.keeper()
    let file = bench.servers[0].folder.path("users.acl")
    try #require(rename(file, file + ".away") == 0)
    bench.servers[0].folder.makeFolder("users.acl")
    try await keeper.pass(days(30) + .seconds(60))
    #expect(try await bench.versions.map(\.phase) == [.current, .pending])
    #expect(keeper.events.last { $0.kind == .failed }?.message.contains("ACL") == true)
    #expect(bench.followerLogsIn())
    rmdir(file)
    try await keeper.pass(.seconds(3600))
    #expect(try await bench.versions.map(\.phase) == [.previous, .current])
    #expect(bench.followerLogsIn())
    #expect(bench.servers[0].folder.text("users.acl")?.contains(hash(bench.delivered["API_KEY"])) == true)
  }

  @Test("a user whom followers log in as is not rotated, for they would be refused")
  func followers() async throws {
    let primary = RedisServer(listens: true)
    let bench = try await RedisBench(
      primary, RedisServer("replicaof 127.0.0.1 \(primary.port)", "masteruser web", "masterauth by-hand"))
    let keeper = try await bench.keeper()
    #expect(keeper.findings == ["account-unusable"] && keeper.done.isEmpty)
    #expect(keeper.plan?.findings[0].message.contains("(masteruser)") == true)
  }

  @Test("a server without any file takes the password, and it is said that a restart forgets it")
  func nowhere() async throws {
    let bench = try await RedisBench(RedisServer(users: .nowhere))
    let keeper = try await bench.keeper()
    #expect(keeper.findings == ["forgotten-at-restart"] && bench.followerLogsIn())
    #expect(keeper.plan?.actions.isEmpty == true)
  }

  @Test("a server that lets everybody in is said to")
  func open() async throws {
    let bench = try await RedisBench(RedisServer())
    let keeper = try await bench.keeper()
    try await bench.ask(0, "ACL", "SETUSER", "default", "on", "nopass", "+@all")
    try await keeper.lookAgain()
    #expect(keeper.findings == ["open-to-everybody"] && keeper.plan?.state == .ready)
    try await bench.ask(0, "ACL", "SETUSER", "default", "-@all")
    try await keeper.lookAgain()
    #expect(keeper.findings.isEmpty)
  }

  @Test("the password that steward itself logs in with is rotated like any other")
  func own() async throws {
    let bench = try await RedisBench(RedisServer(), role: "steward", login: "API_KEY")
    let keeper = try await bench.keeper()
    #expect(try await bench.versions.map(\.number) == [1])
    let first = RedisBench.admin.password
    try await keeper.pass(days(31) + .seconds(120))
    let value = bench.delivered["API_KEY"] ?? ""
    #expect(value != first && bench.followerLogsIn() && !bench.takes(first))
    #expect(try await bench.versions.map(\.number) == [2])
    #expect(keeper.findings.isEmpty && keeper.plan?.state == .ready)
  }
}
