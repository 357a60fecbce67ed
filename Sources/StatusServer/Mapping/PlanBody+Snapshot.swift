import Calendar
import Reconciliation
import StatusAPI

extension PlanBody {
  /// The plans as they stand, or as they would be at `instant` on what was last observed.
  init(_ snapshot: Snapshot, at instant: Instant?, of environment: String?, to sight: Sight) {
    let now = snapshot.reconciler
    let seen = now.kept(in: environment).filter { sight.reaches($0.resource.id.environment) }
    guard let instant else {
      self.init(at: snapshot.now, isNow: true, resources: seen.map { ResourceBody($0) })
      return
    }
    let then = now.supposed(at: instant, lookedAt: seen.map(\.resource.id))
    self.init(
      at: instant, isNow: false,
      resources: seen.map { kept in
        var body = ResourceBody(then.resources[kept.resource.id] ?? kept)
        // What is under way now goes on; what would begin then is planned, not begun.
        body.underWay = kept.underWay.map { UnderWayBody($0) }
        return body
      })
  }
}

extension Reconciler {
  /// The reducer as it would stand at `instant`, had each of `ids` been looked at then and found as it was
  /// last. It is a value, so its own rules for windows, approvals, suspensions and back-off say what would
  /// hold each action.
  func supposed(at instant: Instant, lookedAt ids: [ResourceID]) -> Reconciler {
    var copy = self
    for id in ids {
      guard let observation = resources[id]?.observation else { continue }
      // The first one may be taken for a look that was under way when something else asked for a newer one.
      for _ in 0..<2 { _ = copy.step(.observed(id, observation), now: instant) }
    }
    return copy
  }
}
