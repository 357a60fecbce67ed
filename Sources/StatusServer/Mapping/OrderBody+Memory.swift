import Calendar
import Reconciliation
import StatusAPI

extension OrderBody {
  init(_ override: Override) {
    self.init(
      kind: override.opens ? "open" : "close", scope: "\(override.scope)", until: override.until,
      owner: override.owner, reason: override.reason, sequence: override.sequence)
  }

  init(_ suspension: Suspension) {
    self.init(
      kind: "suspend", scope: "\(suspension.scope)", until: suspension.until, owner: suspension.owner,
      reason: suspension.reason, sequence: suspension.sequence)
  }
}

extension Memory {
  /// The orders about `environment`, or anything in it, that are in force at `now`; the oldest first.
  func orders(in environment: String, at now: Instant) -> [OrderBody] {
    let overrides = overrides.values.filter { $0.scope.environment == environment && $0.until > now }
    let suspensions = suspensions.values.filter {
      $0.scope.environment == environment && $0.until.map { $0 > now } ?? true
    }
    return (overrides.map { OrderBody($0) } + suspensions.map { OrderBody($0) })
      .sorted { $0.sequence < $1.sequence }
  }
}
