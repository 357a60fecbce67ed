import Fixtures
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import Testing

/// Rotations of a daemon that is killed at its own points (`STEWARD_CRASH_AT`) in a server's users.
@Suite("A cache's rotation that is killed anywhere", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisCrashTests {
  /// A server and an environment that has a password in it.
  private final class Town {
    let server = RedisServer()
    let scratch: Scratch
    var delivered: String? {
      let text = (try? Data(contentsOf: URL(filePath: "\(scratch.folder)/CACHE.env"))) ?? Data()
      let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
      return lines.first { $0.hasPrefix("CACHE=") }.map { String($0.dropFirst(6)) }
    }

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

    func takes(_ password: String?) -> Bool {
      RedisSession(server.socket)?.login("web", password ?? "") ?? false
    }

    /// Whether the server takes what is delivered and nothing else, and nothing is left to do.
    func isAtRest(after password: String?) async throws -> Bool {
      guard delivered != password, takes(delivered), password == nil || !takes(password) else { return false }
      let saved = server.folder.text("users.acl")?.split(separator: "\n").first { $0.hasPrefix("user web ") }
      guard saved?.count(where: { $0 == "#" }) == 1 else { return false }
      return try await scratch.steward("plan").end == .exited(0)
    }

    /// Asks for a rotation, and waits until the daemon has killed itself, or all is done.
    func rotate(upTo point: String) async throws {
      let before = delivered
      setenv("STEWARD_CRASH_AT", "\(point)#1", 1)
      let daemon = try scratch.spawn()
      unsetenv("STEWARD_CRASH_AT")
      try await eventually("the daemon answers") { try await scratch.steward("version", "--json").isSuccess }
      // Its connection is one to be ended.
      let session = RedisSession(server.socket)
      #expect(session?.login("web", before ?? "") == true)
      // It may die before it answers.
      _ = try await scratch.steward("rotate", "staging/secrets/CACHE")
      var status: Int32 = 0
      try await eventually("the daemon dies at \(point)", within: .seconds(60)) {
        waitpid(daemon, &status, WNOHANG) == daemon
      }
      withExtendedLifetime(session) {}
      #expect(takes(delivered), "\(point): what is delivered works")
    }
  }

  @Test("before and after each change in a server's users, there is one new password, and rest")
  func points() async throws {
    let town = try Town()
    setenv("STEWARD_CRASH_TRACE", "\(town.scratch.folder)/points", 1)
    try await town.scratch.start()
    unsetenv("STEWARD_CRASH_TRACE")
    try await eventually("it is delivered") { try await town.isAtRest(after: nil) }
    let first = town.delivered
    let session = RedisSession(town.server.socket)
    #expect(session?.login("web", first ?? "") == true)
    #expect(try await town.scratch.steward("rotate", "staging/secrets/CACHE").isSuccess)
    try await eventually("it is rotated", within: .seconds(60)) { try await town.isAtRest(after: first) }
    try await town.scratch.end(SIGKILL)
    withExtendedLifetime(session) {}
    let traced = try String(contentsOf: URL(filePath: "\(town.scratch.folder)/points"), encoding: .utf8)
    let points = Set(traced.split(separator: "\n").map(String.init)).filter { point in
      let last = point.split(separator: "/").last ?? ""
      return ["user.", "users.", "connections."].contains { last.hasPrefix($0) }
    }.sorted()
    // Set and saved, withdrawn and saved, ended.
    #expect(points.count == 10, "\(points)")

    for point in points {
      let before = town.delivered
      try await town.rotate(upTo: point)
      try await town.scratch.start()
      try await eventually("\(point): it comes to rest", within: .seconds(60)) {
        try await town.isAtRest(after: before)
      }
      try await town.scratch.end(SIGKILL)
    }
    // One value for each, and the first.
    try await town.scratch.start()
    let why = try await town.scratch.steward("why", "staging/secrets/CACHE").output.text
    #expect(why.contains("version \(points.count + 2) in force"), "\(why)")
    Figure.tell("Redis: rotations of a real daemon killed at its own points", "\(points.count)")
  }
}
