import Fixtures
import Glibc
import Host
import Testing

/// Rotations of a daemon that is killed at its own points (`STEWARD_CRASH_AT`) in a server's users.
@Suite("A cache's rotation that is killed anywhere", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisCrashTests {
  @Test("before and after each change in a server's users, there is one new password, and rest")
  func points() async throws {
    try await Kills(in: Town()).run("a rotation in Redis", usually: 6, pointsMin: 60) { point in
      point.hasPrefix("secrets.")
    }
  }

  @Test("before and after each step, a server that came back with former users takes what is delivered again")
  func restores() async throws {
    try await Kills(in: OldCopy()).run("an old copy of Redis", usually: 4, pointsMin: 4) { point in
      point.hasPrefix("secrets.restore")
    }
  }

  /// A server and an environment that has a password in it.
  private final class Town: Mortal {
    let server = RedisServer()
    let scratch: Scratch
    let id = "staging/secrets/CACHE"
    /// Whose connection is one to be ended.
    private var client: RedisSession?
    private var before: String?
    private var rotations = 0
    var request: [String]? { ["rotate", id] }
    var delivered: String? { scratch.variables(in: "CACHE.env")["CACHE"] }

    init(overlap: String = "1s") throws {
      scratch = try Scratch()
      let person = try #require(RedisSession(server.socket))
      #expect(person.ask("ACL", "SETUSER", "web", "on", "~*", "+@all", "-@admin") == "+OK")
      #expect(person.ask("ACL", "SAVE") == "+OK")
      try scratch.environment(
        "staging",
        """
        data: synthetic
        cache:
          main: {kind: redis, topology: single, servers: [\(server.socket)]}
        secrets:
          CACHE: {kind: database-password, overlap: \(overlap), in: cache/main, role: web, file: SCRATCH/CACHE.env}
        """)
    }

    func prepare() async throws {
      if delivered == nil {
        try await scratch.start()
        try await eventually("it is delivered") { try await isAtRest() }
        try await scratch.end(SIGKILL)
      }
      before = delivered
      rotations += 1
      client = RedisSession(server.socket)
      #expect(client?.login("web", before ?? "") == true)
    }

    func takes(_ password: String?) -> Bool {
      RedisSession(server.socket)?.login("web", password ?? "") ?? false
    }

    /// The server takes what is delivered and nothing else.
    func isAtRest() async throws -> Bool {
      guard delivered != before, takes(delivered), before == nil || !takes(before) else { return false }
      let saved = server.folder.text("users.acl")?.split(separator: "\n").first { $0.hasPrefix("user web ") }
      guard saved?.count(where: { $0 == "#" }) == 1 else { return false }
      return try await scratch.steward("plan").end == .exited(0)
    }

    func checkKilled(_ name: String) { #expect(takes(delivered), "\(name): what is delivered works") }

    func checkAtRest(_ name: String) async throws {
      #expect(client?.ask("PING") == nil, "\(name): whoever logged in with the one before is sent away")
      let why = try await scratch.steward("why", id).output.text
      #expect(why.contains("version \(rotations + 1) in force"), "\(name): \(why)")
    }
  }

  /// The same, in the middle of an overlap, with a server that forgets the rotation again and again.
  private final class OldCopy: Mortal {
    private let town: Town
    private let users: String
    private let delivered: String
    var scratch: Scratch { town.scratch }
    var id: String { town.id }

    init() async throws {
      town = try Town(overlap: "1d")
      try await town.prepare()
      let first = town.delivered
      users = try #require(town.server.folder.text("users.acl"))
      try await town.scratch.start()
      #expect(try await town.scratch.steward("rotate", town.id).isSuccess)
      let town = town
      try await eventually("it is rotated") {
        guard town.delivered != first, town.takes(town.delivered) else { return false }
        return try await town.scratch.steward("plan").end == .exited(0)
      }
      try await town.scratch.end(SIGKILL)
      delivered = try #require(town.delivered)
    }

    func prepare() async throws {
      // The same action each time: it is not to wait for what was before.
      try await scratch.start()
      #expect(try await scratch.steward("reconcile", id).isSuccess)
      try await scratch.end(SIGKILL)
      town.server.stop()
      town.server.folder.write(users, to: "users.acl", mode: 0o600)
      town.server.start()
      #expect(!town.takes(delivered))
    }

    func isAtRest() async throws -> Bool {
      guard town.takes(delivered) else { return false }
      return try await scratch.steward("plan").end == .exited(0)
    }

    /// A restart of the server forgets it no more, and nothing was made anew.
    func checkAtRest(_ name: String) async throws {
      town.server.stop()
      town.server.start()
      #expect(town.takes(delivered) && town.delivered == delivered, "\(name)")
      let why = try await scratch.steward("why", id).output.text
      #expect(why.contains("version 2 in force"), "\(name): \(why)")
    }
  }
}
