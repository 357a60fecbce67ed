public import Reconciliation

extension BudgetController {
  public func apply(_ action: BudgetAction, to resource: Resource<BudgetSpec>) async throws -> Outcome {}
}
