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
    private var delivered: String? { scratch.variables(in: "CACHE.env")["CACHE"] }

    init() throws {
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
          CACHE: {kind: database-password, overlap: 1s, in: cache/main, role: web, file: SCRATCH/CACHE.env}
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

    private func takes(_ password: String?) -> Bool {
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
}
