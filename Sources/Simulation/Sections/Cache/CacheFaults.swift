import Cache
import Calendar
import Reconciliation

extension CacheSection {
  static let plants = [
    Plant("sets-one-server", "only the first of several servers is set", Planted<SetsOneServer>.self),
    Plant(
      "calls-limit-safe", "a limit below what is in use is called safe",
      Planted<CallsSafe<CacheController>>.self),
  ]
}

extension CacheAction: RiskyAction {}

/// Only the first of several servers is set.
enum SetsOneServer: PlanFault {
  typealias Base = CacheController
  static func plan(
    _ resource: Resource<CacheSpec>, _ observed: Observation<CacheObserved>, _ context: PlanContext
  ) -> Plan<CacheAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { $0.server != resource.spec.servers.first }
    return plan
  }
}
