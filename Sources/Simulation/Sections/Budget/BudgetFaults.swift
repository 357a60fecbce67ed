import Budget
import Calendar
import Instances
import Reconciliation
import Specification

extension BudgetSection {
  static let plants = [
    Plant("counts-one-more", "one more is counted as in use than runs", Planted<CountsOneMore>.self),
    Plant("forgets-closing", "what closes stays in use for the bill", Planted<ForgetsClosing>.self),
    Plant("costs-a-cent-more", "each price is a cent too high", Planted<CostsMore>.self),
    Plant("warns-late", "the first amount to warn of is passed over", Planted<WarnsLate>.self),
    Plant("month-ends-late", "a new month begins a day late", Planted<MonthEndsLate>.self),
    Plant("tells-each-day", "what is spent is told anew each day", Planted<TellsEachDay>.self),
    Plant("masks-budget-wakes", "budgets wake half an hour late", Planted<MasksWakes<BudgetController>>.self),
  ]
}

/// One more is counted as in use than runs.
enum CountsOneMore: PlanFault {
  typealias Base = InstancesController
  static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    var plan = Base.plan(resource, observed, context)
    guard let found = observed.value, !found.running.isEmpty else { return plan }
    plan.facts.removeAll { $0.name == .uses }
    plan.facts.append(
      .uses(
        by: resource.id, now: found.running.count + 1, written: resource.spec.count.lowerBound,
        hours: resource.spec.hours))
    return plan
  }
}

/// What closes stays in use for the bill.
enum ForgetsClosing: PlanFault {
  typealias Base = InstancesController
  static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    var plan = Base.plan(resource, observed, context)
    if plan.state == .closed { plan.facts.removeAll { $0.name == .uses } }
    return plan
  }
}

/// Each price is a cent too high.
enum CostsMore: PlanFault {
  typealias Base = BudgetController
  static func plan(
    _ resource: Resource<BudgetSpec>, _ observed: Observation<BudgetObserved>, _ context: PlanContext
  ) -> Plan<BudgetAction> {
    Base.plan(
      resource.map { spec in
        var spec = spec
        for index in spec.prices.indices { spec.prices[index].price.amount.microdollars += 10_000 }
        return spec
      }, observed, context)
  }
}

/// The first amount to warn of is passed over.
enum WarnsLate: PlanFault {
  typealias Base = BudgetController
  static func plan(
    _ resource: Resource<BudgetSpec>, _ observed: Observation<BudgetObserved>, _ context: PlanContext
  ) -> Plan<BudgetAction> {
    Base.plan(
      resource.map { spec in
        var spec = spec
        spec.warnAt = Array(spec.warnAt.dropFirst())
        return spec
      }, observed, context)
  }
}

/// A new month begins a day late.
enum MonthEndsLate: PlanFault {
  typealias Base = BudgetController
  static func plan(
    _ resource: Resource<BudgetSpec>, _ observed: Observation<BudgetObserved>, _ context: PlanContext
  ) -> Plan<BudgetAction> {
    let day = context.environment.zone.civil(at: context.now).date.day
    return Base.plan(
      resource, observed, day == 1 ? context.changed(now: context.now - .seconds(86_400)) : context)
  }
}

/// What is spent is told anew each day.
enum TellsEachDay: PlanFault {
  typealias Base = BudgetController
  static func plan(
    _ resource: Resource<BudgetSpec>, _ observed: Observation<BudgetObserved>, _ context: PlanContext
  ) -> Plan<BudgetAction> {
    var plan = Base.plan(resource, observed, context)
    if context.environment.zone.civil(at: context.now).hour < 12 { plan.findings = [] }
    return plan
  }
}
