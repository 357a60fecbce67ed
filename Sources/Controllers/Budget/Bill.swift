import Calendar
public import Reconciliation
import Specification

extension BudgetController {
  public static func bill(
    _ resource: Resource<BudgetSpec>, from before: PlanContext, to after: PlanContext
  ) -> Bill? {
    let spec = resource.spec
    guard !spec.prices.isEmpty, before.now <= after.now else { return nil }
    let reckoning = Reckoning(spec, after)
    let items = reckoning.things.map { thing, use in
      let units = use.map { use in
        (after.usages[use.publisher]?.used(until: after.now) ?? 0)
          - (before.usages[use.publisher]?.used(until: before.now) ?? 0)
      }
      return Bill.Item(
        name: thing.name, price: "\(thing.price)",
        amount: reckoning.cost(of: thing, use, over: before.now..<after.now, units: units))
    }
    var months: [Bill.Month] = []
    var month = CivilMonth(of: before.now, in: reckoning.zone)
    while month.start(in: reckoning.zone) < after.now {
      let isProjected = month.next.start(in: reckoning.zone) > after.now
      months.append(
        Bill.Month(
          month: month, amount: reckoning.meters(of: month, at: after.now).costAtEnd, isProjected: isProjected
        ))
      month = month.next
    }
    return Bill(items: items, months: months, monthly: spec.monthly)
  }
}
