import Database
import Reconciliation

extension DatabaseSection {
  static let plants = [
    Plant("sets-one-setting", "only the first of several settings is kept", Planted<SetsOneSetting>.self),
    Plant(
      "calls-commit-safe", "when a commit counts as done is called safe to change",
      Planted<CallsSafe<DatabaseController>>.self),
    Plant("misses-standby", "a standby that is lost is not missed", Planted<MissesStandby>.self),
  ]
}

extension DatabaseAction: RiskyAction {}

/// Only the first of several settings is kept.
enum SetsOneSetting: PlanFault {
  typealias Base = DatabaseController
  static func plan(
    _ resource: Resource<DatabaseSpec>, _ observed: Observation<DatabaseObserved>, _ context: PlanContext
  ) -> Plan<DatabaseAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { $0.setting != resource.spec.settings.keys.min() }
    return plan
  }
}

/// A standby that is lost is not missed.
enum MissesStandby: PlanFault {
  typealias Base = DatabaseController
  static func plan(
    _ resource: Resource<DatabaseSpec>, _ observed: Observation<DatabaseObserved>, _ context: PlanContext
  ) -> Plan<DatabaseAction> {
    var plan = Base.plan(resource, observed, context)
    plan.findings.removeAll { $0.code == "no-standby" }
    return plan
  }
}
