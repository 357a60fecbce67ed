import Host
import Reconciliation

/// Who is who among what runs: rules 3 and 5.
struct Census {
  /// The one process of each index that may run, by index.
  let kept: [ObservedInstance]
  /// Those whose index another has.
  let strays: [ObservedInstance]
  /// What runs and should not, the highest index first.
  let surplus: [ObservedInstance]
  /// The indexes that should run and do not.
  let missing: [Int]
  /// Whatever runs: each costs.
  let all: [ObservedInstance]

  init(of running: [ObservedInstance], _ wanted: Wanted) {
    var kept: [Int: ObservedInstance] = [:]
    var strays: [ObservedInstance] = []
    for instance in running.sorted(by: { Census.isBetter($0, $1, for: wanted.revision) }) {
      if kept[instance.index] != nil {
        strays.append(instance)
      } else {
        kept[instance.index] = instance
      }
    }
    let byIndex = kept.values.sorted { $0.index < $1.index }
    self.kept = byIndex.filter { (1...max(wanted.highest, 1)).contains($0.index) && wanted.highest > 0 }
    surplus = byIndex.filter { $0.index > wanted.highest || $0.index < 1 }.reversed()
    self.strays = strays.sorted { ($0.index, $0.process.pid) < ($1.index, $1.process.pid) }
    missing = wanted.required.map { $0.filter { kept[$0] == nil } } ?? []
    all = running
  }

  /// The one with the right inputs before others, then the older: it serves already.
  private static func isBetter(_ left: ObservedInstance, _ right: ObservedInstance, for revision: String?)
    -> Bool
  {
    let (leftRight, rightRight) = (left.revision == revision, right.revision == revision)
    if leftRight != rightRight { return leftRight }
    return (left.startedAt, left.process.pid) < (right.startedAt, right.process.pid)
  }

  /// A version is in use as long as anything runs that was given it as the current one. What got it as the previous
  /// one only lets others in with it, and must not make the overlap last for ever.
  func secretsInUse(_ publisher: ResourceID) -> [Fact] {
    Set(all.flatMap(\.secrets).map { SecretGrant($0.name, current: $0.current) }).sorted {
      ($0.name, $0.current) < ($1.name, $1.current)
    }.map { .secretInUse(by: publisher, name: $0.name, version: $0.current) }
  }
}
