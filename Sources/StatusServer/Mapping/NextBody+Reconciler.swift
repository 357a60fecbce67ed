import Calendar
import Reconciliation
import StatusAPI

/// What will happen next by itself: found by planning for the moments at which the plans themselves want to
/// look again, so that whatever a controller decides by time is told without its being told how.
extension Reconciler {
  /// How many of a plan's wakes are looked at: most plans act or change their mind at the first, and `status`
  /// must stay cheap. Who wants to know more asks for a forecast.
  private static let wakesMax = 4

  /// The first thing that will happen to any of `kept`.
  func next(of kept: [Kept], at now: Instant) -> NextBody? {
    kept.compactMap { next(of: $0, at: now) }.min { $0.at < $1.at }
  }

  private func next(of kept: Kept, at now: Instant) -> NextBody? {
    let id = kept.resource.id
    guard let plan = kept.plan, kept.underWay == nil else { return nil }
    let released = kept.held.compactMap { hold in
      hold.wait.until.map {
        NextBody(
          at: $0, what: hold.action.description, resource: "\(id)", moreActions: 0,
          verb: hold.action.verb)
      }
    }.min { $0.at < $1.at }
    return [released, change(of: id, after: plan, at: now)].compactMap(\.self).min { $0.at < $1.at }
  }

  private func change(of id: ResourceID, after plan: AnyPlan, at now: Instant) -> NextBody? {
    let held = Set(plan.actions.map(\.description))
    let known = Set(plan.findings.map(\.code))
    var wake = plan.wakeAt
    for _ in 0..<Reconciler.wakesMax {
      guard let at = wake, at > now, let then = self.plan(of: id, at: at) else { return nil }
      let new = then.actions.filter { !held.contains($0.description) }
      if let first = new.first {
        return NextBody(
          at: at, what: first.description, resource: "\(id)", moreActions: new.count - 1, verb: first.verb)
      }
      if let finding = then.findings.first(where: { !known.contains($0.code) }) {
        return NextBody(at: at, what: finding.message, resource: "\(id)", moreActions: 0)
      }
      if then.state != plan.state, then.state != .unknown {
        return NextBody(at: at, what: then.headline, resource: "\(id)", moreActions: 0)
      }
      wake = then.wakeAt.flatMap { $0 > at ? $0 : nil }
    }
    return nil
  }
}
