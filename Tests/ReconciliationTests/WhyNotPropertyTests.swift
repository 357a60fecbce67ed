import Calendar
import Fixtures
import Reconciliation
import Testing

@Suite("Why not, of random worlds")
struct WhyNotPropertyTests {
  private static let lamp = World.lamp("a")
  private static let verbs: Set<String> = ["light"]

  @Test(
    "the named conditions begin the action, none of them can be left out, and the named moment is the earliest",
    arguments: (0..<60).map { Dice.seed &+ $0 } as [UInt64])
  func named(_ seed: UInt64) throws {
    let world = try random(seed)
    let found = world.reconciler.whyNot("light", WhyNotPropertyTests.lamp, at: world.now)
    #expect(!found.isCutOff)
    switch found.verdict {
    case .noSuchAction: Issue.record("a lamp can be lit")
    case .underWay: #expect(!world.underWay.isEmpty)
    case .blind: #expect(!world.unknown.isEmpty)
    case .free: #expect(begins(world, []))
    case .nothing: #expect(!begins(world, [], to: world.now + WhyNot.horizon))
    case .needs(let ways):
      #expect(!begins(world, []))
      for way in ways { hold(world, way) }
    }
  }

  private func hold(_ world: World, _ way: WhyNot.Way) {
    let set = Set(way.conditions)
    let granted = set.filter(\.isCommand)
    let end = set.contains(.time) ? way.earliest ?? world.now : world.now
    #expect(begins(world, set, to: end), "\(way.conditions)")
    for condition in set {
      let isLater = condition != .time && end > world.now
      #expect(
        !begins(world, set.subtracting([condition]), to: isLater ? end : world.now),
        "\(way.conditions) without \(condition)")
    }
    guard let earliest = way.earliest, earliest > world.now else { return }
    #expect(begins(world, granted, to: earliest))
    #expect(!begins(world, granted, to: earliest - .microseconds(1)))
  }

  private func begins(_ world: World, _ conditions: Set<Condition>, to end: Instant? = nil) -> Bool {
    world.reconciler.beginning(
      of: WhyNotPropertyTests.verbs, on: WhyNotPropertyTests.lamp, from: world.now, to: end ?? world.now,
      given: conditions
    ).event != nil
  }

  /// A lamp with any risk under any guard, with orders of people, failures, and the fog of a failed look.
  private func random(_ seed: UInt64) throws -> World {
    var dice = Dice(seed: seed)
    func oneOf<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &dice)] }
    let requirements: [Requirement] = [
      .nothing, .window, .approvals(1, role: "release-engineer"), .approvals(2, role: "release-engineer"),
    ]
    let scopes = [Scope(WhyNotPropertyTests.lamp), Scope(environment: "staging")]
    var world = World()
    let isBroken = oneOf([true, false, false])
    if isBroken {
      world.outcomes[WhyNotPropertyTests.lamp] = .failure(
        Failure(
          oneOf([.transient, .terminal, .needsOperator]), code: "test", operation: "light", subject: "a",
          cause: "a test"))
    }
    world.isInstant = oneOf([true, true, true, false])
    let window = try Hours(open: [oneOf(["Mon..Fri 09:00-10:00", "00:00-12:00"])])
    world.tell(
      environment(
        ["a": oneOf([0, 1, 1]), "b": 1], risk: oneOf(Risk.allCases),
        guard: Guard(disruptive: oneOf(requirements), destructive: oneOf(requirements)), window: window))
    var number: UInt64 = 0
    func ask(_ ask: Request.Ask, _ world: inout World) {
      number += 1
      world.tell(.requested(Request(ask, by: anna), number: number))
    }
    for scope in scopes where oneOf([true, false, false]) {
      let until = world.now + .seconds(oneOf([60, 7200, 86_400 * 5]))
      ask(.suspend(scope, until: oneOf([nil, until]), reason: "a test"), &world)
    }
    for scope in scopes where oneOf([true, false, false]) {
      let until = world.now + .seconds(oneOf([60, 7200, 86_400 * 5]))
      ask(
        oneOf([true, false])
          ? .open(scope, until: until, reason: "a test") : .close(scope, until: until, reason: "a test"),
        &world)
    }
    if oneOf([true, false, false, false, false]) {
      world.unknown = [WhyNotPropertyTests.lamp]
      world.tell(.noticed(WhyNotPropertyTests.lamp))
    }
    return world
  }
}
