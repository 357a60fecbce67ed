import Calendar
import Host
import Reconciliation
import SecretStore
import Synchronization
import Testing

@testable import Secrets

/// The process is gone: nothing after this happens.
struct Killed: Error {}

/// Lets so many effects through, and kills right behind the last of them.
final class KillSwitch: Sendable {
  private let left: Mutex<Int>

  init(after count: Int) { left = Mutex(count) }

  var isDead: Bool { left.withLock { $0 <= 0 } }

  /// Called after an effect took place: its caller may not live to see the end.
  func effect() throws {
    try left.withLock {
      $0 -= 1
      if $0 <= 0 { throw Killed() }
    }
  }

  func alive() throws { if isDead { throw Killed() } }
}

/// A store whose user dies behind one of its changes.
struct MortalStore: SecretStore {
  let base: any SecretStore
  let `switch`: KillSwitch

  func versions(of secret: SecretID) async throws -> [SecretVersion] {
    try `switch`.alive()
    return try await base.versions(of: secret)
  }

  func value(of secret: SecretID, version: Int) async throws -> Secret {
    try `switch`.alive()
    return try await base.value(of: secret, version: version)
  }

  func add(
    _ value: Secret, to secret: SecretID, at created: Instant, user: String?
  ) async throws -> SecretVersion {
    try `switch`.alive()
    let version = try await base.add(value, to: secret, at: created, user: user)
    try `switch`.effect()
    return version
  }

  func mark(
    _ secret: SecretID, version: Int, as phase: SecretVersion.Phase, overlapUntil: Instant?
  ) async throws {
    try `switch`.alive()
    try await base.mark(secret, version: version, as: phase, overlapUntil: overlapUntil)
    try `switch`.effect()
  }

  func remove(_ secret: SecretID, version: Int) async throws {
    try `switch`.alive()
    try await base.remove(secret, version: version)
    try `switch`.effect()
  }
}

/// A runner whose user dies behind one of its commands.
struct MortalRunner: CommandRunner {
  let `switch`: KillSwitch

  func run(_ command: Command) async throws -> CommandResult {
    try `switch`.alive()
    let result = try await SubprocessRunner().run(command)
    try `switch`.effect()
    return result
  }
}

@Suite("Killed anywhere")
struct KillTests {
  enum Shape: String, CaseIterable, Sendable {
    case plain, file, command, commandAndTest
  }

  private func written(_ shape: Shape, in workshop: Workshop) -> Written {
    switch shape {
    case .plain: ["kind": "api-key"]
    case .file: ["kind": "api-key", "overlap": "1d", "file": .text(workshop.path("srv/KEY.env"))]
    case .command: ["kind": "api-key", "rotate": workshop.rotateScript()]
    case .commandAndTest:
      [
        "kind": "api-key", "rotate": workshop.rotateScript(), "test": workshop.testScript(), "overlap": "1d",
        "file": .text(workshop.path("srv/KEY.env")),
      ]
    }
  }

  /// Runs a rotation that dies behind its `count`th effect and another daemon that comes after. Returns
  /// whether the first died at all.
  private func run(_ shape: Shape, dyingAfter count: Int, leavesCopy: Bool) async throws -> Bool {
    let workshop = try Workshop()
    let file: Written = .mapping([("API_KEY", written(shape, in: workshop))])
    let before = Keeper(workshop)
    try await before.adopt(file)
    workshop.clock.advance(by: days(90))

    let mortal = KillSwitch(after: count)
    let first = Keeper(
      workshop,
      workshop.controller(
        store: MortalStore(base: workshop.sealed, switch: mortal), runner: MortalRunner(switch: mortal)),
      after: before.events)
    do { try await first.adopt(file) } catch is Killed {}
    guard mortal.isDead else { return false }
    let prepared = try await workshop.values()[2]
    let id = SecretID(environment: "staging", name: "API_KEY")
    #expect(try await workshop.sealed.versions(of: id).filter(\.phase.isUnderway).count <= 1)
    if leavesCopy, let old = try await workshop.values()[1] {
      // A kill that the runner did not survive either leaves the copy behind.
      workshop.write(old, to: "scratch/staging.API_KEY.current")
    }

    let second = Keeper(workshop, after: first.events)
    try await second.adopt(file)
    try await second.pass(days(2))
    let values = try await workshop.values()
    #expect(values.keys.sorted() == [2], "\(shape) killed after \(count)")
    if let prepared { #expect(values[2] == prepared, "\(shape) killed after \(count): a third value") }
    if shape == .command || shape == .commandAndTest {
      #expect(workshop.text("server") == values[2])
      let told = Set(workshop.text("told")?.split(separator: "\n").map(String.init) ?? [])
      #expect(told.count == 2, "\(shape) killed after \(count): told \(told.count) different values")
    }
    if shape == .file || shape == .commandAndTest {
      #expect(workshop.text("srv/KEY.env") == "API_KEY=\(values[2] ?? "")\n")
      #expect(workshop.files("srv") == ["KEY.env"])
    }
    #expect(workshop.files("scratch").isEmpty)
    #expect(second.plan?.state == .ready)
    #expect(second.plan?.actions.isEmpty == true)
    return true
  }

  @Test("behind every effect of a rotation, it goes on with the same value", arguments: Shape.allCases)
  func everywhere(shape: Shape) async throws {
    for leavesCopy in [true, false] {
      var count = 1
      while try await run(shape, dyingAfter: count, leavesCopy: leavesCopy) { count += 1 }
      // prepare, (rotate, set), (test), tested, finish, retire at the least.
      #expect(count >= 4, "only \(count - 1) points were tried")
    }
  }

  @Test("a rotate that is not idempotent is saved by test, and one that takes anything is not believed")
  func notIdempotent() async throws {
    for (test, converges) in [(#"[ "$(cat)" = "$(cat $D/server)" ]"#, true), ("exit 0", false)] {
      let workshop = try Workshop()
      let rotate = workshop.script(
        "rotate",
        """
        new=$(cat); old=$(cat "$STEWARD_CURRENT_FILE"); now=$(cat $D/server 2>/dev/null)
        [ "$now" = "$old" ] || exit 1
        printf %s "$new" > $D/server
        """)
      let file: Written = [
        "API_KEY": ["kind": "api-key", "rotate": rotate, "test": workshop.script("test", test)]
      ]
      let before = Keeper(workshop)
      try await before.adopt(file)
      workshop.clock.advance(by: days(90))
      // prepare, rotate: dead before the mark.
      let mortal = KillSwitch(after: 2)
      let first = Keeper(
        workshop,
        workshop.controller(
          store: MortalStore(base: workshop.sealed, switch: mortal), runner: MortalRunner(switch: mortal)),
        after: before.events)
      do { try await first.adopt(file) } catch is Killed {}
      let new = try await workshop.values()[2]
      #expect(workshop.text("server") == new)

      let second = Keeper(workshop, after: first.events)
      try await second.adopt(file)
      try await second.pass(.seconds(7200))
      let values = try await workshop.values()
      #expect(values[2] == new)
      #expect(values.keys.sorted() == (converges ? [2] : [1, 2]))
      if !converges {
        #expect(second.findings == ["stuck"])
        #expect(second.plan?.state == .degraded)
        #expect(second.done.filter { $0 == "prepare" }.count == 2)
      }
    }
  }
}
