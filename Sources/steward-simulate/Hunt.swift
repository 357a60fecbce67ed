import Dispatch
import Fixtures
import Glibc
import Simulation
import Synchronization

/// The search for planted faults, which is the proof that each invariant can fail as well.
struct Hunt {
  private let plants: [Plant]
  private let seeds: ClosedRange<UInt64>
  private let days: Int
  private static let promises = Promises.all.map(\.name)

  init(_ plants: [Plant], seeds: ClosedRange<UInt64>, days: Int) {
    self.plants = plants
    self.seeds = seeds
    self.days = days
  }

  /// Looks for each fault until an invariant finds it, for one on each core: every run has a world of its own. Says which
  /// were not found and, where all that there are were planted, which invariants none of them broke; returns whether there are
  /// none of either.
  func findAll() -> Bool {
    let found = Mutex<[Int: (violations: [Violation], seed: UInt64)]>([:])
    DispatchQueue.concurrentPerform(iterations: plants.count) { index in
      let result = find(plants[index])
      found.withLock { $0[index] = result }
    }
    var missed = 0
    var breakers: [String: String] = [:]
    for (index, plant) in plants.enumerated() {
      guard let (violations, seed) = found.withLock({ $0[index] }), let first = violations.first else {
        print("MISSED  \(plant.name): \(plant.sentence)")
        missed += 1
        continue
      }
      print("found   \(plant.name) by \(first.invariant), seed \(seed): \(first.detail)")
      for violation in violations where breakers[violation.invariant] == nil {
        breakers[violation.invariant] = "\(plant.name), seed \(seed): \(violation.detail)"
      }
    }
    print("\(plants.count - missed) of \(plants.count) planted faults found")
    Figure.tell(
      "planted faults found", "\(plants.count - missed) of \(plants.count), there are \(Plant.all.count)")
    guard plants.count == Plant.all.count else { return missed == 0 }
    // What another always finds first has its turn as well: a run in which a fault is found goes on to its end.
    for name in Hunt.promises {
      print(
        breakers[name].map { "broken  \(name) by \($0)" } ?? "HELD    \(name): no planted fault breaks it")
    }
    let all = Hunt.promises.count
    print("\(breakers.count) of \(all) invariants broken")
    Figure.tell("simulated invariants, each seen to fail", "\(breakers.count) of \(all)")
    return missed == 0 && breakers.count == all
  }

  private func find(_ plant: Plant) -> (violations: [Violation], seed: UInt64)? {
    for seed in seeds {
      let violations = Run.violations(in: Script(seed: seed, days: days), plant: plant)
      if !violations.isEmpty { return (violations, seed) }
    }
    return nil
  }
}
