public import Reconciliation

/// How often what has happened since the daemon runs: the counters of `/metrics`. The daemon counts each
/// event as it becomes durable.
public struct EventTally: Sendable, Hashable {
  struct Ending: Hashable {
    let environment: String
    let controller: String
    let verb: String
    let result: EventKind
  }

  private(set) var endings: [Ending: UInt64] = [:]
  private(set) var bySeverity: [Severity: UInt64] = [:]
  private(set) var denials: UInt64 = 0

  /// Nothing has happened.
  public init() {}

  /// Counts one event.
  public mutating func count(_ event: Event) {
    bySeverity[event.severity, default: 0] += 1
    switch event.kind {
    case .done, .failed, .interrupted, .unconfirmed:
      guard let resource = event.scope?.resource else { return }
      let ending = Ending(
        environment: resource.environment, controller: resource.controller,
        verb: event.body["verb"].text ?? "", result: event.kind)
      endings[ending, default: 0] += 1
    case .denied: denials += 1
    default: break
    }
  }
}
