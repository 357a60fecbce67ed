import Fixtures
import Host
import Reconciliation
import Testing

@testable import Redis

@Suite("Redis through redis-cli", .enabled(if: RedisServer.isAvailable))
struct RedisClientTests {
  let client = RedisClient(SubprocessRunner())

  @Test("commands are answered in their order, values, texts and errors apart")
  func replies() async throws {
    let server = RedisServer()
    let replies = try await client.ask(
      .socket(server.socket),
      [
        ["PING"], ["INFO", "replication"], ["BOGUS", "x"], ["CONFIG", "GET", "maxmemory"],
        ["CLUSTER", "INFO"], ["GET", "none"],
      ])
    #expect(replies.count == 6)
    #expect(replies[0] == .value("PONG"))
    #expect(replies[1].fields["role"] == "master")
    guard case .error(let unknown) = replies[2] else {
      Issue.record("\(replies[2])")
      return
    }
    #expect(unknown.hasPrefix("ERR unknown command 'BOGUS'"))
    #expect(replies[3].json["maxmemory"].text == "0")
    #expect(replies[4] == .error("ERR This instance has cluster support disabled"))
    #expect(replies[5] == .value(.null))
  }

  @Test("any word arrives as it was sent: quotes, line ends, bytes beyond ASCII, and what looks like a mark")
  func words() async throws {
    let server = RedisServer()
    let word = "a \"b\" \\ \n\r\t\u{0} é \u{1F600} PING steward-1"
    let replies = try await client.ask(
      .socket(server.socket),
      [["SET", "key", word], ["GET", "key"], ["SET", "mark", "\"steward-9\""], ["GET", "mark"]])
    #expect(replies[1] == .value(.string(word)))
    #expect(replies[3] == .value("\"steward-9\""))
  }

  @Test("a wrong password is refused, also where the default user needs none")
  func login() async throws {
    let server = RedisServer()
    let address = RedisAddress.socket(server.socket)
    _ = try await client.ask(address, "ACL", "SETUSER", "web", "on", ">right one", "~*", "+@all", "-config")
    let right = RedisLogin(user: "web", password: "right one")
    #expect(try await client.ask(address, as: right, "ACL", "WHOAMI").json.text == "web")
    for user in ["web", "nobody"] {
      let error = await #expect(throws: RedisError.self) {
        try await client.ask(address, as: RedisLogin(user: user, password: "wr0ng one"), "PING")
      }
      #expect(error?.kind == .login)
      #expect(error?.description.contains("wr0ng") == false)
    }
    // The default user, as whom it would go on, may do it.
    let wrong = await #expect(throws: RedisError.self) {
      try await client.change(
        address, as: RedisLogin(user: "web", password: "wr0ng one"), [["SET", "key", "1"]])
    }
    #expect(wrong?.kind == .login)
    #expect(try await client.ask(address, "GET", "key").json == .null)
    #expect(try await client.change(address, as: right, [["SET", "key", "1"]]) == [.value("OK")])
    let denied = await #expect(throws: RedisError.self) {
      try await client.ask(address, as: right, "CONFIG", "GET", "save")
    }
    #expect(denied?.kind == .denied)
  }

  @Test("maps are read, logins tried and connections listed where nobody may say HELLO before the login, too")
  func closed() async throws {
    let server = RedisServer()
    let address = RedisAddress.socket(server.socket)
    let admin = RedisLogin(user: "steward", password: "right one")
    let asked = [
      ["CONFIG", "GET", "maxmemory"], ["ACL", "GETUSER", "web"], ["ACL", "GETUSER", "nobody"],
      ["CLIENT", "LIST"],
    ]
    _ = try await client.ask(
      address,
      [
        ["ACL", "SETUSER", "steward", "on", ">right one", "~*", "&*", "+@all"],
        ["ACL", "SETUSER", "web", "on", ">first", ">second", "~*"],
      ])
    for isClosed in [false, true] {
      if isClosed { _ = try await client.ask(address, as: admin, "ACL", "SETUSER", "default", "off") }
      let (replies, works) = try await client.ask(
        address, as: admin, asked,
        trying: ["first", "wrong", "second"].map { RedisLogin(user: "web", password: $0) })
      #expect(works == [true, false, true])
      #expect(replies[0].members == ["maxmemory": "0"])
      let web = try #require(RedisUser(replies[1]))
      #expect(web.isOn && !web.takesAnyPassword && !web.hasRights && web.passwords.count == 2)
      #expect(RedisUser(replies[2]) == nil)
      let connections = RedisConnection.all(in: replies[3])
      #expect(
        connections.map(\.user) == ["steward"] && connections[0].id > 0 && !connections[0].isReplication)
    }
  }

  @Test("who is not there, or accepts and never answers, is unreachable, and says so in a few words")
  func unreachable() async throws {
    let folder = ScratchFolder()
    for address in [
      RedisAddress.socket(folder.path("none.sock")),
      .network(host: "127.0.0.1", port: freePort()),
    ] {
      let error = await #expect(throws: RedisError.self) { try await client.ask(address, "PING") }
      #expect(error?.kind == .unreachable)
      #expect(error?.reason == "No such file or directory" || error?.reason == "Connection refused")
    }
    let server = RedisServer()
    server.freeze()
    let frozen = await #expect(throws: RedisError.self) {
      try await client.ask(.socket(server.socket), "PING")
    }
    server.resume()
    #expect(frozen?.kind == .unreachable)
  }

  @Test("addresses are read as people write them, and nothing else is")
  func addresses() {
    for text in ["/run/redis.sock", "10.0.0.1:6379", "cache.internal:1", "[::1]:65535"] {
      #expect(RedisAddress(text)?.description == text)
    }
    for text in [
      "", "cache", "cache:", ":6379", "cache:0", "cache:65536", "::1:6379", "-h:6379", "a b:1",
      "run/redis.sock",
    ] {
      #expect(RedisAddress(text) == nil, "\(text)")
    }
  }
}
