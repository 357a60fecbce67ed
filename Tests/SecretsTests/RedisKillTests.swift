import Calendar
import Fixtures
import Host
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

/// A runner of `redis-cli` whose user dies behind each command that changes something in a server.
struct MortalCommands: CommandRunner {
  let `switch`: KillSwitch

  private static let changing = ["\"SETUSER\"", "\"SAVE\"", "\"REWRITE\"", "\"KILL\""]

  func run(_ command: Command) async throws -> CommandResult {
    try `switch`.alive()
    let result = try await SubprocessRunner().run(command)
    let asked = String(decoding: command.input, as: UTF8.self)
    if Self.changing.contains(where: asked.contains) { try `switch`.effect() }
    return result
  }
}

@Suite("Killed at real caches", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisKillTests {
  /// A controller that dies behind one of its effects.
  static func mortal(_ bench: RedisBench, _ mortal: KillSwitch) -> SecretsController {
    bench.workshop.controller(
      store: MortalStore(base: bench.workshop.sealed, switch: mortal), runner: MortalCommands(switch: mortal))
  }

  /// One rotation in which a daemon dies behind each of `deaths` effects, one daemon after another, and a last one that
  /// lives. `forgetting`: the first server restarts after each death, with the users that were saved. Returns whether all of
  /// them died.
  private func run(
    _ servers: [RedisServer], _ name: String, dyingAfter deaths: [Int], forgetting: Bool = false
  ) async throws -> Bool {
    let bench = try await RedisBench(servers[0], servers[1], role: name, overlap: "1h")
    var events = try await bench.keeper().events
    let first = bench.delivered["API_KEY"]
    bench.workshop.clock.advance(by: days(30))
    var died = 0
    for count in deaths {
      let `switch` = KillSwitch(after: count)
      let doomed = Keeper(bench.workshop, Self.mortal(bench, `switch`), after: events)
      do {
        try await doomed.adopt(bench.section, of: bench.header)
        try await doomed.pass(.seconds(7200))
      } catch is Killed { died += 1 }
      events = doomed.events
      // The credential in the file works at every moment, at every server.
      #expect(bench.followerLogsIn(), "\(deaths)")
      #expect(try await bench.versions.filter(\.phase.isUnderway).count <= 1)
      if forgetting {
        servers[0].stop()
        servers[0].start()
        #expect(bench.followerLogsIn(), "\(deaths), after a restart")
      }
    }
    let last = try await bench.keeper(after: events)
    try await last.lookAgain()
    #expect(bench.followerLogsIn(), "\(deaths)")
    try await last.pass(.seconds(7300))
    #expect(bench.followerLogsIn() && !bench.takes(first), "\(deaths)")
    #expect(try await bench.versions.map(\.number) == [2], "\(deaths)")
    for index in 0..<2 {
      #expect(try await bench.passwords(at: index) == [hash(bench.delivered["API_KEY"])], "\(deaths)")
      let saved = servers[index].folder.text("users.acl") ?? servers[index].folder.text("redis.conf") ?? ""
      let line = saved.split(separator: "\n").first { $0.contains("user \(name) ") }
      #expect(line?.contains("#\(hash(bench.delivered["API_KEY"]))") == true, "\(deaths): not saved")
      #expect(line?.contains(hash(first)) == false, "\(deaths): the old one is saved")
    }
    #expect(last.plan?.state == .ready && last.plan?.actions.isEmpty == true, "\(deaths)")
    #expect(last.findings.isEmpty, "\(deaths): \(last.findings)")
    return died == deaths.count
  }

  @Test("behind every effect at two servers, and every pair of them, it goes on with the same value")
  func everywhere() async throws {
    let servers = [RedisServer(), RedisServer(users: .settings)]
    var points = 0
    while try await run(servers, "k\(points + 1)", dyingAfter: [points + 1]) { points += 1 }
    // prepare, set at two, set, tested, finish, withdrawn at two, retired; each server saves with what it is told.
    #expect(points >= 9)
    var pairs = 0
    for first in 1...points {
      for second in 1...(points + 1 - first)
      // All of them take two minutes: by day a few.
      where Nightly.pairs.isOn || (first + 2 * second).isMultiple(of: 6) {
        pairs += try await run(servers, "k\(first)x\(second)", dyingAfter: [first, second]) ? 1 : 0
      }
    }
    Figure.tell("Redis: kills in a rotation at two servers", "\(points) points, \(pairs) pairs")
  }

  @Test(
    "a server that restarts after the kill, with the users that it saved, still takes what is in the file")
  func forgetting() async throws {
    let servers = [RedisServer(), RedisServer()]
    var points = 0
    while try await run(servers, "r\(points + 1)", dyingAfter: [points + 1], forgetting: true) { points += 1 }
    #expect(points >= 9)
  }
}
