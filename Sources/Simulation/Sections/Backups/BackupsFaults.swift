import Backups
import Calendar
import Reconciliation

extension BackupsSection {
  static let plants = [
    Plant("tests-no-dump", "no dump is tested", Planted<TestsNoDump>.self),
    Plant("skips-drills", "no restore is proved", Planted<SkipsDrills>.self),
  ]
}

/// No dump is tested.
enum TestsNoDump: PlanFault {
  typealias Base = BackupsController
  static func plan(
    _ resource: Resource<BackupsSpec>, _ observed: Observation<BackupsObserved>, _ context: PlanContext
  ) -> Plan<BackupsAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { $0.kind == .verify }
    return plan
  }
}

/// No restore is proved.
enum SkipsDrills: PlanFault {
  typealias Base = BackupsController
  static func plan(
    _ resource: Resource<BackupsSpec>, _ observed: Observation<BackupsObserved>, _ context: PlanContext
  ) -> Plan<BackupsAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { $0.kind == .drill }
    return plan
  }
}
