import Calendar
import Reconciliation

/// What people ordered and were told is done, kept apart from the daemon's own memory of it.
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

  mutating func take(_ ask: Request.Ask, as sequence: Int64) {
    switch ask {
    case .open(let scope, let until, _): overrides[scope] = Order(isOn: true, until: until, sequence: sequence)
    case .close(let scope, let until, _): overrides[scope] = Order(isOn: false, until: until, sequence: sequence)
    case .end(let scope): overrides[scope] = nil
    case .suspend(let scope, let until, _):
      suspensions[scope] = Order(isOn: true, until: until ?? .distantFuture, sequence: sequence)
    case .resume(let scope): suspensions[scope] = nil
    case .demand(let verb, let id, _): demands[id, default: [:]][verb] = sequence
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
