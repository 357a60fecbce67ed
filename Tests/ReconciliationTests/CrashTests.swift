import Calendar
import Reconciliation
import Testing

@Suite("Crashes")
struct CrashTests {
  /// A busy quarter of an hour: changes, a lamp that does not light, an override, a suspension.
  private func story(_ world: inout World) {
    world.tell(.started(version: "1"))
    world.outcomes[World.lamp("attic")] = .success(false)
    world.tell(environment(["hall": 2, "stairs": 1, "attic": 4], nightlights: ["hall"]))
    world.wait(.seconds(120))
    world.tell(
      .requested(
        Request(
          .close(Scope(World.lamp("hall")), until: world.now + .seconds(90), reason: "painting"), by: anna),
        number: 1))
    world.wait(.seconds(60))
    world.outcomes = [:]
    world.tell(environment(["hall": 3, "stairs": 0], nightlights: ["hall", "stairs"]))
    world.wait(.seconds(600))
  }

  @Test("after a crash behind any effect, the log alone brings the same end, each intent ended once")
  func anyPrefix() {
    var whole = World()
    story(&whole)
    let effects = Int.max - whole.effectsUntilCrash
    #expect(effects > 50)
    for survived in 0...effects {
      var world = World()
      world.effectsUntilCrash = survived
      story(&world)
      var next = world.afterCrash()
      next.tell(.started(version: "1"))
      next.tell(environment(["hall": 3, "stairs": 0], nightlights: ["hall", "stairs"]))
      next.wait(.seconds(900))
      #expect(next.lit[World.lamp("hall")] == ["lit": 3], "after \(survived) effects")
      #expect(next.lit[World.nightlight("stairs")] == ["isOn": true], "after \(survived) effects")
      let ends = next.log.filter { [.done, .failed, .interrupted].contains($0.kind) }.compactMap(\.cause)
      #expect(Set(ends).count == ends.count, "an intent ended twice after \(survived) effects")
      #expect(
        ends.sorted() == next.log.filter { $0.kind == .intended }.map(\.sequence), "after \(survived) effects"
      )
      #expect(next.log.map(\.sequence) == Array(1...Int64(next.log.count)), "after \(survived) effects")
    }
  }

  @Test("memory that is rebuilt from the log equals memory that lived")
  func memory() {
    var world = World()
    story(&world)
    var rebuilt = Memory()
    for event in world.log { rebuilt.apply(event) }
    #expect(rebuilt == world.reconciler.memory)
  }

  @Test("events survive the way to JSON and back, and so does the memory made of them")
  func codable() throws {
    var world = World()
    story(&world)
    var rebuilt = Memory()
    for event in world.log { rebuilt.apply(try JSON(encoding: event).decoded(as: Event.self)) }
    #expect(rebuilt == world.reconciler.memory)
  }
}
