import Calendar
import Reconciliation
import Specification
import Testing

@testable import Budget

/// splitmix64, so that a printed seed brings a failure back.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}

@Suite("Every plan of a budget")
struct PropertyTests {
  static let seeds: [UInt64] = {
    let first = UInt64.random(in: 0..<1_000_000)
    print("budget properties: seeds from \(first)")
    return (0..<300).map { first + $0 }
  }()

  private static let web = ResourceID(environment: "staging", controller: "instances", name: "web")
  private static let months = ["2026-11", "2026-12", "2027-02"].compactMap(CivilMonth.init)
  private let zone = Zone.utc

  /// A month of its own, so that no case depends on when it is run.
  private func scene(_ random: inout Seeded) throws -> (Resource<BudgetSpec>, PlanContext) {
    let month = try #require(Self.months.randomElement(using: &random))
    let span = month.span(in: zone)
    let now = Instant(
      microseconds: .random(in: span.lowerBound.microseconds..<span.upperBound.microseconds, using: &random))
    let place = Place(file: "environments/staging.yaml")
    func thing(_ name: String) throws -> PricedThing {
      let price = try #require(
        ["$0.08/h", "$1.37/d", "$140/month", "$0.000001/h"].randomElement(using: &random))
      return PricedThing(name: name, price: try Price(price), place: place)
    }
    let spec = BudgetSpec(
      monthly: Money(microdollars: .random(in: 1_000_000...400_000_000, using: &random)),
      prices: try ["web", "database"].map(thing), warnAt: BudgetSpec.warnAtDefault)
    let hours = try #require(
      [Hours.always, try Hours(open: ["Mon..Fri 07:00-20:00"]), try Hours(open: ["22:00-06:00"])]
        .randomElement(using: &random))
    let quantity = Int64.random(in: 0...4, using: &random)
    let since = max(span.lowerBound, now - .seconds(.random(in: 0...200_000, using: &random)))
    let before = (since.microseconds - span.lowerBound.microseconds) * .random(in: 0...3, using: &random)
    var facts = Facts()
    let isKnown = Int.random(in: 0..<5, using: &random) > 0
    facts.publish(
      [.uses(by: Self.web, now: isKnown ? Int(quantity) : nil, written: 2, hours: hours)], by: Self.web)
    let context = PlanContext(
      now: now, environment: EnvironmentHeader(name: "staging", zone: zone, zones: .utcOnly), facts: facts,
      usages: [Self.web: Usage(quantity: quantity, since: since, months: [month: before])])
    let node = SpecNode(place: place, content: .mapping([]))
    let id = ResourceID(environment: "staging", controller: "budget", name: "monthly")
    return (Resource(id, spec: spec, node: node), context)
  }

  private func plan(_ resource: Resource<BudgetSpec>, _ context: PlanContext, at now: Instant) -> Plan<
    BudgetAction
  > {
    let then = PlanContext(
      now: now, environment: context.environment, facts: context.facts, usages: context.usages)
    return BudgetController.plan(resource, .known(BudgetObserved(), at: now), then)
  }

  @Test("does not change its findings before it wakes, while nothing else does", arguments: seeds)
  func wakes(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let (resource, context) = try scene(&random)
    let now = plan(resource, context, at: context.now)
    let wake = try #require(now.wakeAt)
    #expect(wake > context.now)
    for part in [Int64(3), 2] {
      let microseconds = (wake.microseconds - context.now.microseconds) / part
      let middle = plan(resource, context, at: Instant(microseconds: context.now.microseconds + microseconds))
      #expect(middle.findings.map(\.code) == now.findings.map(\.code))
    }
    let last = plan(resource, context, at: wake - .microseconds(1))
    #expect(last.findings.map(\.code) == now.findings.map(\.code))
  }

  @Test("spends no less as time goes on, and at the month's end just what was projected", arguments: seeds)
  func grows(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let (resource, context) = try scene(&random)
    let month = CivilMonth(of: context.now, in: zone)
    let meters = Reckoning(resource.spec, context).meters(of: month, at: context.now)
    #expect(meters.cost() <= meters.cost(in: 1_000_000))
    #expect(meters.cost() <= meters.costAtEnd)
    let end = Reckoning(resource.spec, context).meters(of: month, at: month.next.start(in: zone))
    #expect(end.cost() == end.costAtEnd)
  }

  @Test("use that is folded into events costs what it cost before", arguments: seeds)
  func folds(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let (_, context) = try scene(&random)
    let usage = try #require(context.usages[Self.web])
    let later = context.now + .seconds(.random(in: 0...6_000_000, using: &random))
    var memory = Memory()
    func remember(_ quantity: Int64, _ at: Instant, _ used: [CivilMonth: Int64]) {
      memory.apply(
        Event(
          sequence: memory.lastSequence + 1, at: at, scope: Scope(Self.web), kind: .usage, severity: .info,
          actor: "steward", cause: nil, message: "",
          body: [
            "quantity": .integer(quantity),
            "used": .object(
              Dictionary(used.map { ("\($0.key)", .integer($0.value)) }, uniquingKeysWith: { $1 })),
          ]))
    }
    remember(usage.quantity, usage.since, usage.months)
    remember(0, later, usage.unfolded(until: later, in: zone))
    let folded = try #require(memory.usages["staging"]?[Self.web])
    #expect(folded.used(until: later + .seconds(1)) == usage.used(until: later))
    for month in Self.months {
      #expect(folded.used(in: month, until: later, in: zone) == usage.used(in: month, until: later, in: zone))
    }
  }
}
