import Calendar
import Reconciliation
import Testing

@Suite("Why not")
struct WhyNotTests {
  private static let lamp = World.lamp("a")

  private func ask(_ world: World, _ word: String = "light") -> WhyNot {
    world.reconciler.whyNot(word, WhyNotTests.lamp, at: world.now)
  }

  private func ways(_ world: World) throws -> [WhyNot.Way] {
    guard case .needs(let ways) = ask(world).verdict else {
      Issue.record("\(ask(world).verdict)")
      return []
    }
    return ways
  }

  @Test("what waits for two people and is suspended needs the approval and the resumption, and nothing less")
  func two() throws {
    var world = World()
    let asked = Guard(disruptive: .approvals(2, role: "release-engineer"), destructive: .window)
    world.tell(.requested(Request(.reconcile(Scope(environment: "staging")), by: anna), number: 1))
    world.tell(environment(["a": 1], risk: .disruptive, guard: asked))
    world.tell(
      .requested(
        Request(.suspend(Scope(WhyNotTests.lamp), until: nil, reason: "a test"), by: anna), number: 2))
    let way = try #require(try ways(world).first)
    #expect(Set(way.conditions) == [.resumed(Scope(WhyNotTests.lamp)), .approved(.disruptive)])
    #expect(way.waits.first?.endedBy == "steward resume staging/lamps/a")
    #expect(way.earliest == world.now)
    world.tell(.requested(Request(.resume(Scope(WhyNotTests.lamp)), by: anna), number: 3))
    let rest = try #require(try ways(world).first)
    #expect(rest.conditions == [.approved(.disruptive)])
    #expect(rest.waits.first?.endedBy.hasPrefix("steward approve staging/lamps/a ") == true)
  }

  @Test("what waits for the window needs time, and begins at its opening to the microsecond")
  func window() throws {
    // Thursday, 2025-11-13, 02:13:20 UTC.
    var world = World()
    let hours = try Hours(windows: [Window("Mon..Fri 09:00-10:00")])
    let asked = Guard(disruptive: .window, destructive: .window)
    world.tell(environment(["a": 1], risk: .disruptive, guard: asked, window: hours))
    let found = try ways(world)
    let opening = try #require(Instant(rfc3339: "2025-11-13T09:00:00Z"))
    #expect(found.map(\.conditions).contains([.time]))
    #expect(found.first { $0.conditions == [.time] }?.earliest == opening)
    world.wait(world.now.distance(to: opening) - .microseconds(1))
    #expect(world.lit[WhyNotTests.lamp] == nil)
    world.wait(.microseconds(1))
    #expect(world.lit[WhyNotTests.lamp] == ["lit": 1])
  }

  @Test("what is under way, free, unknown or no action at all is said to be")
  func others() throws {
    var world = World()
    world.isInstant = false
    world.tell(environment(["a": 1]))
    guard case .underWay = ask(world).verdict else {
      Issue.record("\(ask(world).verdict)")
      return
    }
    guard case .noSuchAction(let known) = ask(world, "paint").verdict else {
      Issue.record("paint")
      return
    }
    #expect(known == ["light"])
    world.endActionNow()
    guard case .needs(let ways) = ask(world).verdict else {
      Issue.record("\(ask(world).verdict)")
      return
    }
    #expect(Set(ways.map(\.conditions)) == [[.opened], [.closed]])
    world.unknown = [WhyNotTests.lamp]
    world.tell(.noticed(WhyNotTests.lamp))
    guard case .blind(let wait) = ask(world).verdict else {
      Issue.record("\(ask(world).verdict)")
      return
    }
    #expect(wait.reason.contains("fog"))
  }

  @Test("an action has for cause the order, the file or the fact that led to it")
  func causes() throws {
    var world = World()
    world.tell(environment(["a": 1], nightlights: ["a"]))
    func begun(_ id: ResourceID) -> Event? {
      world.log.last { $0.kind == .intended && $0.scope?.resource == id }
    }
    func cause(_ event: Event?) -> Event? {
      event?.cause.flatMap { cause in world.log.first { $0.sequence == cause } }
    }
    #expect(cause(begun(WhyNotTests.lamp))?.kind == .adopted)
    world.tell(
      .requested(
        Request(
          .close(Scope(WhyNotTests.lamp), until: world.now + .seconds(60), reason: "a test"), by: anna),
        number: 1))
    #expect(cause(begun(WhyNotTests.lamp))?.actor == "anna")
    // The nightlight hears of it by a fact, and its cause is what the lamp did.
    let heard = try #require(cause(begun(World.nightlight("a"))))
    #expect(heard.scope?.resource == WhyNotTests.lamp)
    world.wait(.seconds(120))
    #expect(world.lit[WhyNotTests.lamp] == ["lit": 1])
    #expect(begun(WhyNotTests.lamp)?.cause == nil, "the end of an override is an hour, not an order")
  }
}
