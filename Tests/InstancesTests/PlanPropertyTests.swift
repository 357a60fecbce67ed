import Calendar
import Fixtures
import Instances
import Reconciliation
import Testing

@Suite struct PlanPropertyTests {
  struct World {
    var resource: Resource<InstancesSpec>
    var observed: InstancesObserved
    var context: PlanContext
  }

  static func world(_ dice: inout Dice) throws -> World {
    var spec = InstancesSpec(run: ["/srv/web/bin/web"])
    let low = Int.random(in: 0...3, using: &dice)
    spec.count = low...(low + Int.random(in: 0...2, using: &dice))
    if Bool.random(using: &dice) { spec.hours = try Hours(open: ["Mon..Sat 07:00-20:00"]) }
    if Bool.random(using: &dice) { spec.secrets = ["KEY"] }
    spec.readyAfter = .seconds(Int.random(in: 1...30, using: &dice))
    let resource = Fixture.resource(spec)
    let now = Fixture.now + .seconds(Int.random(in: 0...200_000, using: &dice))
    let current = Int.random(in: 1...2, using: &dice)
    let known = Int.random(in: 0...4, using: &dice) > 0
    let facts = known ? Fixture.facts(["KEY": (current: current, previous: current > 1 ? [1] : [])]) : Facts()
    var demands: [String: Demand] = [:]
    if Int.random(in: 0...3, using: &dice) == 0 {
      demands["restart"] = Demand(
        at: now - .seconds(Int.random(in: 0...100, using: &dice)), owner: "anna", reason: "", sequence: 1)
    }
    let context = Fixture.context(at: now, facts: facts, demands: demands)
    let revision = Fixture.revision(resource, context)
    let running = (0..<Int.random(in: 0...6, using: &dice)).map { number in
      ObservedInstance(
        index: Int.random(in: 1...5, using: &dice), process: Fixture.process(Int32(100 + number)),
        startedAt: now - .seconds(Int.random(in: -5...120, using: &dice)),
        revision: Bool.random(using: &dice) ? revision : "old",
        secrets: spec.secrets.map { SecretGrant($0, current: Int.random(in: 1...2, using: &dice)) })
    }
    let ended = (0..<Int.random(in: 0...2, using: &dice)).map { number in
      EndedInstance(
        index: number + 1, endedAt: now - .seconds(Int.random(in: 0...90, using: &dice)),
        end: "exited with 3",
        quickDeaths: Int.random(in: 1...5, using: &dice),
        revision: Bool.random(using: &dice) ? revision : "old")
    }
    return World(
      resource: resource, observed: InstancesObserved(running: running, ended: ended), context: context)
  }

  static func plan(_ world: World, at now: Instant? = nil) -> Plan<InstancesAction> {
    let context = PlanContext(
      now: now ?? world.context.now, environment: world.context.environment, override: world.context.override,
      demands: ["restart": world.context.requested("restart")].compactMapValues(\.self),
      facts: world.context.facts)
    return InstancesController.plan(world.resource, .known(world.observed, at: context.now), context)
  }

  @Test(
    "carrying out a plan, action by action, ends at a plan without actions",
    arguments: 0..<400 as Range<UInt64>)
  func converges(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var world = try Self.world(&dice)
    var steps = 0
    while let action = Self.plan(world).actions.first {
      world.observed = InstancesController.expect(
        action, of: world.resource, after: world.observed, at: world.context.now)
      steps += 1
      try #require(steps <= 20, "seed \(seed) does not converge: \(action)")
    }
    let allowed = world.resource.spec.count
    #expect(world.observed.running.count <= allowed.upperBound)
    #expect(Set(world.observed.running.map(\.index)).count == world.observed.running.count)
  }

  @Test("the same inputs give the same plan", arguments: 0..<100 as Range<UInt64>)
  func deterministic(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let world = try Self.world(&dice)
    #expect(Self.plan(world) == Self.plan(world))
  }

  @Test("until its wake a plan's actions and findings stay as they are", arguments: 0..<400 as Range<UInt64>)
  func wakes(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let world = try Self.world(&dice)
    let plan = Self.plan(world)
    let now = world.context.now
    let wake = plan.wakeAt ?? now + .seconds(400_000)
    let moments = [
      wake - .microseconds(1), now + .microseconds(now.distance(to: wake).components.seconds * 500_000),
    ]
    for moment in moments where moment > now {
      let later = Self.plan(world, at: moment)
      #expect(later.actions.map(\.verb) == plan.actions.map(\.verb), "seed \(seed) at \(moment)")
      #expect(later.findings == plan.findings, "seed \(seed) at \(moment)")
    }
  }

  @Test("the index that should run is never stopped for good", arguments: 0..<200 as Range<UInt64>)
  func neverTooFew(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let world = try Self.world(&dice)
    guard world.resource.spec.hours == .always else { return }
    let needed = Set(1..<(world.resource.spec.count.lowerBound + 1))
    for case .stop(let instance, let process, _) in Self.plan(world).actions
    where needed.contains(instance.index) {
      let others = world.observed.running.filter { $0.index == instance.index && $0.process != process }
      #expect(!others.isEmpty, "seed \(seed): \(instance)")
    }
  }
}
