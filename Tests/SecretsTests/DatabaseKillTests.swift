import Calendar
import Fixtures
import Host
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

/// A server whose user dies behind one of the changes it made there, or behind a login.
struct MortalServer: CredentialServer {
  let base: any CredentialServer
  let `switch`: KillSwitch

  func login(with credential: Credential) async throws -> LoginSeen {
    try `switch`.alive()
    return try await base.login(with: credential)
  }

  func refusal(of users: [String]) async throws -> String? {
    try `switch`.alive()
    return try await base.refusal(of: users)
  }

  func set(_ credential: Credential) async throws {
    try `switch`.alive()
    try await base.set(credential)
    try `switch`.effect()
  }

  func look(_ account: AccountVersions) async throws -> ServerSeen {
    try `switch`.alive()
    return try await base.look(account)
  }

  func save() async throws {
    try `switch`.alive()
    try await base.save()
  }

  func retire(_ credential: Credential, heir: Credential?, replacedAgo age: Duration?) async throws -> Int? {
    try `switch`.alive()
    let ended = try await base.retire(credential, heir: heir, replacedAgo: age)
    try `switch`.effect()
    return ended
  }
}

@Suite("Killed at a real server", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct DatabaseKillTests {
  /// A controller that dies behind one of its effects.
  static func mortal(_ bench: DatabaseBench, _ mortal: KillSwitch) -> SecretsController {
    SecretsController(
      store: MortalStore(base: bench.workshop.sealed, switch: mortal), runner: SubprocessRunner(),
      clock: bench.workshop.clock, scratch: bench.workshop.path("scratch"), randomness: SystemRandomness(),
      servers: { MortalServer(base: CredentialServers.live(SubprocessRunner())($0, $1), switch: mortal) })
  }

  /// One rotation in which a daemon dies behind each of `deaths` effects, one daemon after another, and a last one that lives.
  /// Returns whether all of them died.
  private func run(
    _ name: String, in cluster: PostgreSQLCluster, pause: Bool, dyingAfter deaths: [Int]
  ) async throws -> Bool {
    let bench = try DatabaseBench(cluster, role: name, pause: pause, overlap: "1h")
    var events = try await bench.keeper().events
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
      // Some credential always works: in two accounts, the one in the file at every moment.
      if !pause { #expect(await bench.followerLogsIn(), "\(deaths)") }
      #expect(try await bench.versions.filter(\.phase.isUnderway).count <= 1)
    }
    let last = try await bench.keeper(after: events)
    try await last.lookAgain()
    #expect(await bench.followerLogsIn(), "\(deaths)")
    try await last.pass(.seconds(7300))
    #expect(await bench.followerLogsIn(), "\(deaths)")
    #expect(try await bench.versions.map(\.number) == [2], "\(deaths)")
    #expect(last.plan?.state == .ready && last.plan?.actions.isEmpty == true, "\(deaths)")
    #expect(last.findings.isEmpty, "\(deaths): \(last.findings)")
    return died == deaths.count
  }

  @Test(
    "behind every effect, and every pair of them, it goes on with the same value", arguments: [false, true])
  func everywhere(pause: Bool) async throws {
    let cluster = try PostgreSQLCluster()
    var points = 0
    while try await run("k\(points + 1)", in: cluster, pause: pause, dyingAfter: [points + 1]) {
      points += 1
    }
    // prepare, ALTER, set, tested, finish, locked, retired.
    #expect(points >= 6)
    var pairs = 0
    for first in 1...points {
      for second in 1...(points + 1 - first)
      where try await run(
        "k\(first)x\(second)", in: cluster, pause: pause, dyingAfter: [first, second])
      {
        pairs += 1
      }
    }
    Figure.tell(
      "PostgreSQL: kills in a rotation\(pause ? " of one account" : "")", "\(points) points, \(pairs) pairs")
  }
}
