import Calendar
import Reconciliation

/// What people ordered, kept apart from the daemon's own memory of it.
struct Orders {
  private struct Order {
    let isOn: Bool
    let until: Instant
    let sequence: Int64
  }

  private var overrides: [Scope: Order] = [:]
  private var suspensions: [Scope: Order] = [:]
  /// The last demand of each verb, by resource, as its event.
  private(set) var demands: [ResourceID: [String: Int64]] = [:]

  /// Takes in what is durable; whoever ordered it may not have been told, where the daemon died before.
  mutating func take(_ event: Event) {
    guard let scope = event.scope else { return }
    let until = event.body["until"].text.flatMap { Instant(rfc3339: $0) }
    func order(_ isOn: Bool) -> Order {
      Order(isOn: isOn, until: until ?? .distantFuture, sequence: event.sequence)
    }
    switch event.kind {
    case .opened: overrides[scope] = order(true)
    case .closed: overrides[scope] = order(false)
    case .ended: overrides[scope] = nil
    case .suspended: suspensions[scope] = order(true)
    case .resumed: suspensions[scope] = nil
    case .requested:
      guard let id = scope.resource, let verb = event.body["verb"].text else { return }
      demands[id, default: [:]][verb] = event.sequence
    default: break
    }
  }

  /// What a person ordered for it: the nearest scope counts.
  func override(for id: ResourceID, at instant: Instant) -> Bool? {
    [Scope(id), Scope(environment: id.environment)].lazy.compactMap { overrides[$0] }
      .first { $0.until > instant }?.isOn
  }

  func isSuspended(_ id: ResourceID, at instant: Instant) -> Bool {
    suspension(of: id, at: instant, before: .max) != nil
  }

  /// The scope that an order given before the event `sequence` keeps untouched.
  func suspension(of id: ResourceID, at instant: Instant, before sequence: Int64) -> Scope? {
    [Scope(id), Scope(environment: id.environment)].first { scope in
      suspensions[scope].map { $0.until > instant && $0.sequence < sequence } ?? false
    }
  }
}
