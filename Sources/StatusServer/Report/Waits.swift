import Calendar
import Reconciliation
import StatusAPI

/// What waited for a person or a window, from when to when.
struct Waits: Sendable {
  private var over = Newest<ReportedWait>()
  private var open: [Scope: (verb: String, wait: ReportedWait)] = [:]

  mutating func hear(_ event: Event) {
    guard let scope = event.scope else { return }
    switch event.kind {
    case .waiting:
      end(scope, at: event.at)
      open[scope] = (
        event.body["verb"].text ?? "",
        ReportedWait(
          scope: "\(scope)", message: event.message, endedBy: event.body["endedBy"].text ?? "",
          from: event.at,
          approvedBy: [])
      )
    case .approved:
      if open[scope]?.wait.approvedBy.contains(event.actor) == false {
        open[scope]?.wait.approvedBy.append(event.actor)
      }
    // The resource has one action at a time: what begins is what waited, or what made it unnecessary.
    case .intended: end(scope, at: event.at)
    case .released:
      for waiting in open.keys where waiting.environment == scope.environment { end(waiting, at: event.at) }
    default: break
    }
  }

  private mutating func end(_ scope: Scope, at instant: Instant) {
    guard var wait = open.removeValue(forKey: scope)?.wait else { return }
    wait.to = instant
    over.append(wait)
  }

  /// All that waited in the stretch, the longest first. What `isHeld` does not know any more became unnecessary without an
  /// action, nobody recorded when: it is told as long as anything says that it waited.
  func all(from: Instant, to end: Instant, isHeld: (Scope) -> Bool) -> [ReportedWait] {
    let waiting = open.filter { isHeld($0.key) }.map(\.value.wait)
    return (over.all + waiting).filter { ($0.to ?? end) > from }.sorted { left, right in
      let lengths = [left, right].map { $0.from.distance(to: $0.to ?? end) }
      return lengths[0] != lengths[1]
        ? lengths[0] > lengths[1] : (left.from, left.scope) < (right.from, right.scope)
    }
  }
}
