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
    let learned = try Life()
    let trace = learned.server.folder.path("trace")
    setenv("STEWARD_CRASH_TRACE", trace, 1)
    #expect(try await !learned.live())
    unsetenv("STEWARD_CRASH_TRACE")
    var times: [String: Int] = [:]
    let all = String(decoding: Bytes.read(trace), as: UTF8.self).split(separator: "\n").compactMap {
      let point = String($0)
      times[point, default: 0] += 1
      return point.contains("cache.set") ? "\(point)#\(times[point] ?? 1)" : nil
    }
    #expect(all.count >= 30, "\(all)")
    var dice = Dice(seed: Dice.seed)
    let points = all.shuffled(using: &dice).prefix(Nightly.count(12, byNight: all.count))
    var kills = 0
    for (index, point) in points.enumerated() {
      let life = try Life()
      guard try await life.live(killedAt: point) else { continue }
      kills += 1
      // What was in force once is in the file: a restart loses none of it.
      let before = try await life.settings()
      let after = try await life.settingsAfterRestart()
      for (setting, value) in before where after[setting] != Self.wanted[setting] {
        #expect(after[setting] == value, "\(point): \(setting) is lost")
      }
      var name = point
      if index % 2 == 1, let second = all.randomElement(using: &dice) {
        name += " and \(second)"
        if try await life.live(killedAt: second) { kills += 1 }
      }
      #expect(try await !life.live(), "\(name)")
      let settings = try await life.settings()
      for (setting, value) in Self.wanted { #expect(settings[setting] == value, "\(name): \(setting)") }
      #expect(try await life.settingsAfterRestart() == settings, "\(name)")
    }
    #expect(kills * 2 > points.count)
    Figure.tell("settings of Redis: kills, of points", "\(kills) of \(all.count)")
  }

  /// A server, and daemons that keep it one after the other.
  private final class Life {
    let server = RedisServer()
    private let scratch: Scratch

    init() throws {
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

    /// Runs a daemon until it kills itself at `point`, or has come to rest. Returns whether it did.
    func live(killedAt point: String? = nil) async throws -> Bool {
      if let point { setenv("STEWARD_CRASH_AT", point, 1) }
      let daemon = try scratch.spawn()
      unsetenv("STEWARD_CRASH_AT")
      var status: Int32 = 0
      var isDead = false
      try await eventually("\(point ?? "rest") is reached", within: .seconds(60)) {
        if waitpid(daemon, &status, WNOHANG) == daemon { isDead = true }
        if isDead { return true }
        let plan = try await scratch.steward("plan")
        return plan.end == .exited(0) && plan.output.text.contains("1 resources are as written")
      }
      guard !isDead else { return true }
      kill(daemon, SIGKILL)
      _ = try await scratch.wait(daemon)
      return false
    }

    /// What is in force.
    func settings() async throws -> [String: String] {
      let result = try await SubprocessRunner().run(
        Command([
          "/usr/bin/redis-cli", "-3", "--json", "-s", server.socket, "CONFIG", "GET", "maxmemory",
          "maxmemory-policy", "appendonly", "save",
        ]))
      return try JSON(parsing: result.output.bytes).members.compactMapValues(\.text)
    }

    /// What is in force when the server has read its file anew.
    func settingsAfterRestart() async throws -> [String: String] {
      server.stop(SIGKILL)
      server.start()
      return try await settings()
    }
  }
}
