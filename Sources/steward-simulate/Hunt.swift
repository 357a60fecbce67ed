import Dispatch
import Fixtures
import Glibc
import Simulation
import Synchronization

/// The search for planted faults, and the proof that each invariant can fail.
struct Hunt {
  let plants: [Plant]
  let seeds: ClosedRange<UInt64>
  let days: Int
  private(set) var missed: [Plant] = []
  /// The invariants that no fault was found by.
  private(set) var untried = Set(Promises.all.map(\.name))

  init(_ plants: [Plant], seeds: ClosedRange<UInt64>, days: Int) {
    self.plants = plants
    self.seeds = seeds
    self.days = days
  }

  /// Looks for each fault until any invariant finds it, for one on each core: every run has a world of its own.
  mutating func findAll() {
    let found = Mutex<[Int: (violation: Violation, seed: UInt64)]>([:])
    DispatchQueue.concurrentPerform(iterations: plants.count) { [self] index in
      let result = find(plants[index], judging: nil)
      found.withLock { $0[index] = result }
    }
    for (index, plant) in plants.enumerated() {
      guard let (violation, seed) = found.withLock({ $0[index] }) else {
        print("MISSED  \(plant.name): \(plant.sentence)")
        missed.append(plant)
        continue
      }
      untried.remove(violation.invariant)
      print("found   \(plant.name) by \(violation.invariant), seed \(seed): \(violation.detail)")
    }
    print("\(plants.count - missed.count) of \(plants.count) planted faults found")
    Figure.tell("planted faults found", "\(plants.count - missed.count) of \(plants.count)")
  }

  /// What another invariant always finds first shows itself where no other judges.
  mutating func breakAll() {
    for name in Promises.all.map(\.name) where untried.contains(name) {
      guard let (plant, violation, seed) = breaker(of: name) else {
        print("UNTRIED \(name): no planted fault breaks it")
        continue
      }
      untried.remove(name)
      print("broken  \(name) by \(plant.name), seed \(seed): \(violation.detail)")
      fflush(nil)
    }
    let all = Promises.all.count
    print("\(all - untried.count) of \(all) invariants broken by a planted fault")
    Figure.tell("simulated invariants, each seen to fail", "\(all - untried.count) of \(all)")
  }

  private func breaker(of invariant: String) -> (plant: Plant, violation: Violation, seed: UInt64)? {
    for plant in plants {
      if let (violation, seed) = find(plant, judging: invariant) { return (plant, violation, seed) }
    }
    return nil
  }

  private func find(_ plant: Plant, judging invariant: String?) -> (violation: Violation, seed: UInt64)? {
    for seed in seeds {
      let judgement = Run.of(Script(seed: seed, days: days), plant: plant, judging: invariant)
      if let violation = judgement.violation, invariant == nil || invariant == violation.invariant {
        return (violation, seed)
      }
    }
    return nil
  }
}
