import Host
public import Reconciliation

/// What a look at a budget finds: nothing. All that it depends on is remembered.
public struct BudgetObserved: Sendable, Codable, Equatable {
  /// Nothing.
  public init() {}
}

extension BudgetController {
  public func observe(_ resource: Resource<BudgetSpec>) async -> Observation<BudgetObserved> {
    .known(BudgetObserved(), at: clock.now)
  }
}
