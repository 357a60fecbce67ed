import Fixtures
import Glibc
import Host
import Reconciliation
import Testing

/// Settings of a real Redis that a daemon keeps which is killed at its own points (`STEWARD_CRASH_AT`).
@Suite("A cache whose daemon is killed anywhere", .serialized, .enabled(if: RedisServer.isAvailable))
struct CacheCrashTests {
  private static let wanted = [
    "maxmemory": "64000000", "maxmemory-policy": "allkeys-lru", "appendonly": "yes",
  ]

  @Test("has its settings in force and in its file, or both not, and all of them soon after")
  func everyPoint() async throws {
    try await Kills(in: Life()).run("settings of Redis", usually: 6, pointsMin: 30) { point in
      point.contains("cache.set")
    }
  }

  /// A server that has none of its settings, and daemons that keep it.
  private final class Life: Mortal {
    private var server = RedisServer()
    private(set) var scratch: Scratch
    let id = "staging/cache/main"

    init() throws { scratch = try Scratch() }

    func prepare() throws {
      server = RedisServer()
      scratch = try Scratch()
      try scratch.environment(
        "staging",
        """
        data: synthetic
        guard: {disruptive: none, destructive: none}
        cache:
          main: {kind: redis, topology: single, servers: [\(server.socket)], memory: 64 MB, when full: allkeys-lru, persistence: append-only}
        """)
    }

    func isAtRest() async throws -> Bool { try await scratch.isAsWritten() }

    /// What was in force once is in the file: a restart loses none of it.
    func checkKilled(_ name: String) async throws {
      let before = try await settings()
      let after = try await settingsAfterRestart()
      for (setting, value) in before where after[setting] != CacheCrashTests.wanted[setting] {
        #expect(after[setting] == value, "\(name): \(setting) is lost")
      }
    }

    func checkAtRest(_ name: String) async throws {
      let settings = try await settings()
      for (setting, value) in CacheCrashTests.wanted {
        #expect(settings[setting] == value, "\(name): \(setting)")
      }
      #expect(try await settingsAfterRestart() == settings, "\(name)")
    }

    /// What is in force.
    private func settings() async throws -> [String: String] {
      let result = try await SubprocessRunner().run(
        Command([
          "/usr/bin/redis-cli", "-3", "--json", "-s", server.socket, "CONFIG", "GET", "maxmemory",
          "maxmemory-policy", "appendonly", "save",
        ]))
      return try JSON(parsing: result.output.bytes).members.compactMapValues(\.text)
    }

    /// What is in force when the server has read its file anew.
    private func settingsAfterRestart() async throws -> [String: String] {
      server.stop(SIGKILL)
      server.start()
      return try await settings()
    }
  }
}
