import Calendar
public import Reconciliation
import Specification

// The rules:
//
// 1. What counts is the calendar month in the environment's zone. A new one begins with nothing spent, and no finding.
// 2. A price by the hour or the day of something that is counted (an entry of `instances`) is paid for each one while it
//    is in use, as the events remember it: closing hours cost nothing.
// 3. A price by the month is paid for what is written, running or not, in proportion to time: stopped hours still cost
//    disks.
// 4. What nobody counts is one, always.
// 5. Each `warn at` that is reached is a finding until the month ends; so is the whole budget, and that one is critical.
// 6. What the month will have cost at its end is what is spent, what is in use now until the written hours change next,
//    and after that what is written. More than the budget is a warning, as early as it is known.
//
// Nothing is ever done about it: stopping what people use is theirs to decide.

extension BudgetController {
  public static func plan(
    _ resource: Resource<BudgetSpec>, _ observed: Observation<BudgetObserved>, _ context: PlanContext
  ) -> Plan<BudgetAction> {
    if case .unknown(let reason, _) = observed {
      var plan = Plan<BudgetAction>(.unknown, cell: "unknown", headline: "not known: \(reason)")
      plan.reasons = [rule(resource)]
      plan.wake(at: context.now + lookAgain)
      return plan
    }
    return BudgetPlanning(resource, context).plan
  }

  /// How soon to look again at what could not be looked at.
  static let lookAgain = Duration.seconds(30)

  static func rule(_ resource: Resource<BudgetSpec>) -> Reason {
    Reason("rule", "monthly: \(resource.spec.monthly)", at: resource.place(of: "monthly"))
  }
}

/// One plan in the making.
struct BudgetPlanning {
  let resource: Resource<BudgetSpec>
  let context: PlanContext
  let reckoning: Reckoning
  let month: CivilMonth
  let meters: [Meter]
  let spent: Money
  let projected: Money
  var spec: BudgetSpec { resource.spec }
  var now: Instant { context.now }
  var zone: Zone { context.environment.zone }

  init(_ resource: Resource<BudgetSpec>, _ context: PlanContext) {
    self.resource = resource
    self.context = context
    reckoning = Reckoning(resource.spec, context)
    month = CivilMonth(of: context.now, in: context.environment.zone)
    meters = reckoning.meters(of: month, at: context.now)
    spent = meters.cost()
    projected = meters.costAtEnd
  }

  var plan: Plan<BudgetAction> {
    let findings = findings
    let isWorrying = findings.contains { $0.severity >= .warning }
    var plan = Plan<BudgetAction>(isWorrying ? .degraded : .ready, cell: cell, headline: headline)
    plan.findings = findings
    plan.reasons = reasons
    plan.wake(at: month.next.start(in: zone))
    plan.wake(at: nextCrossing)
    for (thing, use) in reckoning.things where thing.price.per != .month {
      plan.wake(at: use?.hours.nextChange(after: now, in: zone))
    }
    return plan
  }

  // MARK: Findings

  private var findings: [Finding] {
    // Right after a start, what is counted has not been heard of yet and would stand for one.
    guard context.facts.isComplete else { return stillOpen }
    var findings: [Finding] = []
    if spent > spec.monthly {
      findings.append(
        Finding(
          "over", .critical, "more than the budget of \(spec.monthly) is spent in \(month)",
          mend: "close what is not needed (steward close \(resource.id.environment) …), or raise `monthly`",
          at: resource.place(of: "monthly")))
    }
    if projected > spec.monthly {
      findings.append(
        Finding(
          "projected", .warning,
          "by the written hours \(month) will cost more than its budget of \(spec.monthly): \(projected.cents)",
          mend:
            "write fewer, or shorter hours, or raise `monthly`; steward why \(resource.id) shows what costs how much",
          at: resource.place(of: "monthly")))
    }
    for percentage in spec.warnAt where spent >= threshold(percentage) {
      findings.append(
        Finding(
          "spent-\(percentage.description.dropLast())", .notice,
          "\(percentage) of the budget of \(spec.monthly) is spent in \(month)",
          mend: "nothing need be done while the month's end stays within the budget: steward forecast",
          at: resource.place(of: "warn at")))
    }
    return findings
  }

  /// What was found before, neither confirmed nor gone.
  private var stillOpen: [Finding] {
    context.memory.findings.sorted { $0.key < $1.key }.map { code, open in
      Finding(
        code, open.severity, open.message,
        mend: "it is reckoned anew as soon as everything has been looked at",
        at: resource.place(of: "monthly"))
    }
  }

  private func threshold(_ percentage: Percentage) -> Money {
    Money(
      microdollars: Int64(
        Int128(spec.monthly.microdollars) * Int128(percentage.partsPerMillion) / 1_000_000))
  }

  /// When, with what is in use now, the next amount is reached at which a finding comes; within the month.
  private var nextCrossing: Instant? {
    let amounts = spec.warnAt.map(threshold) + [Money(microdollars: spec.monthly.microdollars + 1)]
    let left = month.next.start(in: zone).microseconds - now.microseconds
    guard let next = amounts.filter({ $0 > spent }).min(), meters.cost(in: left) >= next else { return nil }
    var (before, after) = (Int64(0), left)
    while after - before > 1 {
      let middle = before + (after - before) / 2
      if meters.cost(in: middle) >= next { after = middle } else { before = middle }
    }
    return Instant(microseconds: now.microseconds + after)
  }

  // MARK: Words

  private var cell: String { "$\(spent.microdollars / 1_000_000) of \(spec.monthly)" }

  private var headline: String {
    "\(spent.cents) of \(spec.monthly) spent in \(month), \(projected.cents) at its end by the written hours"
  }

  private var reasons: [Reason] {
    var reasons = [BudgetController.rule(resource)]
    for ((thing, use), meter) in zip(reckoning.things, meters) {
      let count: String =
        switch (use, thing.price.per) {
        case (nil, _): "always"
        case (let use?, .month): "\(use.written) written"
        case (let use?, _): use.now.map { "\($0) now" } ?? "not known how many now"
        }
      reasons.append(
        Reason(
          "price",
          "\(thing.name): \(thing.price), \(count): "
            + "\(meter.cost().cents) so far, \(meter.costAtEnd.cents) at the end", at: thing.place))
    }
    return reasons
  }
}
