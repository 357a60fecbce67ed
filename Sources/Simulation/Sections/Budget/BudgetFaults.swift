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
  static func spoil(_ plan: inout Plan<InstancesAction>, for question: Question<InstancesController>) {
    guard let found = question.observed.value, !found.running.isEmpty else { return }
    plan.facts.removeAll { $0.name == .uses }
    plan.facts.append(
      .uses(
        by: question.resource.id, now: found.running.count + 1,
        written: question.resource.spec.count.lowerBound,
        hours: question.resource.spec.hours))
  }
}

/// What closes stays in use for the bill.
enum ForgetsClosing: PlanFault {
  static func spoil(_ plan: inout Plan<InstancesAction>, for question: Question<InstancesController>) {
    if plan.state == .closed { plan.facts.removeAll { $0.name == .uses } }
  }
}

/// Each price is a cent too high.
enum CostsMore: PlanFault {
  static func spoil(_ plan: inout Plan<BudgetAction>, for question: Question<BudgetController>) {
    plan =
      question.written { spec in
        for index in spec.prices.indices { spec.prices[index].price.amount.microdollars += 10_000 }
      }.plan
  }
}

/// The first amount to warn of is passed over.
enum WarnsLate: PlanFault {
  static func spoil(_ plan: inout Plan<BudgetAction>, for question: Question<BudgetController>) {
    plan = question.written { $0.warnAt = Array($0.warnAt.dropFirst()) }.plan
  }
}

/// A new month begins a day late.
enum MonthEndsLate: PlanFault {
  static func spoil(_ plan: inout Plan<BudgetAction>, for question: Question<BudgetController>) {
    let day = question.context.environment.zone.civil(at: question.context.now).date.day
    if day == 1 { plan = question.asked(later: .seconds(-86_400)).plan }
  }
}

/// What is spent is told anew each day.
enum TellsEachDay: PlanFault {
  static func spoil(_ plan: inout Plan<BudgetAction>, for question: Question<BudgetController>) {
    if question.context.environment.zone.civil(at: question.context.now).hour < 12 { plan.findings = [] }
  }
}
