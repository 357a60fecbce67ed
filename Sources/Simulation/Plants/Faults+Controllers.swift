import Backups
import Calendar
import Instances
import Logs
import Reconciliation
import Secrets

// MARK: instances

/// What closes is not stopped.
enum ForgetsStops: PlanFault {
  typealias Base = InstancesController
  static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { if case .stop(_, _, .closed) = $0 { true } else { false } }
    return plan
  }
}

/// Hours are read as those of Greenwich.
enum IgnoresZone: PlanFault {
  typealias Base = InstancesController
  static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    Base.plan(resource, observed, context.changed(zone: .utc))
  }
}

/// A person's `open` and `close` change nothing.
enum IgnoresOverrides: PlanFault {
  typealias Base = InstancesController
  static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    Base.plan(resource, observed, context.changed(hasOverride: false))
  }
}

/// The plan wakes at the far boundary and not at the near one.
enum MasksWakes<Base: Controller>: PlanFault {
  static func plan(
    _ resource: Resource<Base.Spec>, _ observed: Observation<Base.Observed>, _ context: PlanContext
  ) -> Plan<Base.Action> {
    var plan = Base.plan(resource, observed, context)
    plan.wakeAt = plan.wakeAt.map { $0 + .seconds(1_800) }
    return plan
  }
}

/// What was started is not expected to run.
enum ExpectsNothing: PlanFault {
  typealias Base = InstancesController
  static func expect(
    _ action: InstancesAction, of resource: Resource<InstancesSpec>, after observed: InstancesObserved,
    at now: Instant
  ) -> InstancesObserved {
    observed
  }
}

/// The last instance of several is left out.
enum StartsOneLess: PlanFault {
  typealias Base = InstancesController
  static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    var plan = Base.plan(resource, observed, context)
    let last = resource.spec.count.lowerBound
    plan.actions.removeAll {
      if last > 1, case .start(let instance, _, _) = $0 { instance.index == last } else { false }
    }
    return plan
  }
}

/// A secret's new version restarts nobody.
enum ForgetsRestarts: PlanFault {
  typealias Base = InstancesController
  static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { $0.verb == "restart" }
    return plan
  }
}

/// Nobody is told which versions run.
enum HidesUse: PlanFault {
  typealias Base = InstancesController
  static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    var plan = Base.plan(resource, observed, context)
    plan.facts.removeAll { $0.name == .secretInUse }
    return plan
  }
}

// MARK: secrets

/// A former version goes an hour before its overlap ends.
enum RetiresEarly: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    guard plan.actions.isEmpty else { return plan }
    let later = Base.plan(resource, observed, context.changed(now: context.now + .seconds(3_600)))
    plan.actions = later.actions.filter { $0.step == .retire }
    return plan
  }
}

/// What was set comes into force untested.
enum SkipsTests: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    for index in plan.actions.indices where plan.actions[index].step == .test {
      plan.actions[index].step = .finish
    }
    return plan
  }
}

/// A period counts two days longer.
enum RotatesLate: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    let before = Base.plan(resource, observed, context.changed(now: context.now - .seconds(2 * 86_400)))
    if !before.actions.contains(where: { $0.step == .prepare }) {
      plan.actions.removeAll { $0.step == .prepare }
    }
    return plan
  }
}

/// A period counts a day less.
enum RotatesEarly: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    guard plan.actions.isEmpty else { return plan }
    let later = Base.plan(resource, observed, context.changed(now: context.now + .seconds(86_400)))
    plan.actions = later.actions.filter { $0.step == .prepare }
    return plan
  }
}

/// The env file is not written anew.
enum ForgetsDelivery: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { $0.step == .deliver }
    return plan
  }
}

/// What kills the value in force is called safe.
enum CallsSetSafe: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    for index in plan.actions.indices { plan.actions[index].risk = .safe }
    return plan
  }
}

/// The same step is another action each time, so that no pause is ever made.
enum NeverTheSame: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    for index in plan.actions.indices { plan.actions[index].why = "\(context.now)" }
    return plan
  }
}

// MARK: logs and backups

/// A log goes a day before `keep` ends.
enum PurgesEarly: PlanFault {
  typealias Base = LogsController
  static func plan(
    _ resource: Resource<LogsSpec>, _ observed: Observation<LogsObserved>, _ context: PlanContext
  ) -> Plan<LogsAction> {
    var plan = Base.plan(resource, observed, context)
    let later = Base.plan(resource, observed, context.changed(now: context.now + .seconds(86_400)))
    plan.actions = later.actions.filter { $0.kind == .purge } + plan.actions.filter { $0.kind != .purge }
    return plan
  }
}

/// What `keep` no longer keeps stays.
enum PurgesNothing: PlanFault {
  typealias Base = LogsController
  static func plan(
    _ resource: Resource<LogsSpec>, _ observed: Observation<LogsObserved>, _ context: PlanContext
  ) -> Plan<LogsAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { $0.kind == .purge }
    return plan
  }
}

/// Deleting for the cap passes as an ordinary purge, which needs nobody's approval.
enum CallsTrimPurge: PlanFault {
  typealias Base = LogsController
  static func plan(
    _ resource: Resource<LogsSpec>, _ observed: Observation<LogsObserved>, _ context: PlanContext
  ) -> Plan<LogsAction> {
    var plan = Base.plan(resource, observed, context)
    for index in plan.actions.indices where plan.actions[index].kind == .trim {
      plan.actions[index].kind = .purge
    }
    return plan
  }
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
