import Controllers
import Reconciliation
import Testing

@testable import Simulation

/// A few months of trouble here, where nothing is optimized; `Tests/run` then lets `steward-simulate` run for years.
@Suite("Months of trouble")
struct SimulationTests {
  @Test("every promise is kept, and a seed gives the same run twice", arguments: [1, 8, 11] as [UInt64])
  func held(seed: UInt64) {
    let script = Script(seed: seed, days: Script.daysMin)
    let judgement = Run.of(script)
    #expect(judgement.violation == nil, "\(judgement.lastLines.joined(separator: "\n"))")
    #expect(judgement.log.count > 100)
    #expect(judgement.fingerprint == Run.of(script).fingerprint)
  }

  @Test("every controller is simulated: what it needs is said in Sections/Section.swift")
  func complete() {
    #expect(Set(Sections.all.map { $0.name }) == Set(Controllers.kinds.map(\.name)))
  }

  @Test(
    "every invariant is a sentence; every fault that can be planted and every trouble has a name of its own")
  func named() {
    #expect(Set(Occurrences.all).count == Occurrences.all.count)
    #expect(Promises.all.count >= 25)
    #expect(Promises.all.allSatisfy { $0.sentence.hasSuffix(".") })
    #expect(Plant.all.count >= 20)
    #expect(Set(Plant.all.map(\.name)).count == Plant.all.count)
  }

  @Test(
    "a fault that is planted is found, and the run that shows it is made short",
    arguments: ["effects-before-record", "forgets-stops", "starts-one-less", "expects-nothing"])
  func planted(name: String) throws {
    let plant = try #require(Plant.all.first { $0.name == name })
    let script = Script(seed: 1, days: Script.daysMin)
    let judgement = Run.of(script, plant: plant)
    #expect(judgement.violation != nil)
    // A run that goes on finds the same first.
    #expect(Run.violations(in: script, plant: plant).first == judgement.violation)
    let shrinking = try #require(Shrinking(script, judgement, plant: plant, runsMax: 20))
    #expect(shrinking.judgement.violation?.invariant == judgement.violation?.invariant)
    #expect(shrinking.incidents.count <= 3)
    // The replay that the report names is the same run.
    let again = Run.of(script.only(shrinking.incidents, resources: shrinking.resources), plant: plant)
    #expect(again.fingerprint == shrinking.judgement.fingerprint)
  }
}
