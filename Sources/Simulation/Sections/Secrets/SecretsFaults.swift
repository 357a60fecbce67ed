import Calendar
import Reconciliation
import SecretStore
import Secrets

extension SecretsSection {
  static let plants = [
    Plant(
      "masks-secret-wakes", "secrets wake half an hour late", Planted<MasksWakes<SecretsController>>.self),
    Plant(
      "retires-early", "a former version goes an hour before its overlap ends", Planted<RetiresEarly>.self),
    Plant("skips-tests", "what was set comes into force untested", Planted<SkipsTests>.self),
    Plant("skips-setting", "what replaces a version is not set at the other end", Planted<SkipsSetting>.self),
    Plant("rotates-late", "a period counts two days longer", Planted<RotatesLate>.self),
    Plant("rotates-early", "a period counts a day less", Planted<RotatesEarly>.self),
    Plant("forgets-delivery", "the env file is not written anew", Planted<ForgetsDelivery>.self),
    Plant(
      "calls-set-safe", "what kills the value in force is called safe",
      Planted<CallsSafe<SecretsController>>.self),
    Plant("never-the-same", "a repeated step is another action each time", Planted<NeverTheSame>.self),
    Plant("counts-on", "what the store did not keep gets another number each time", Planted<CountsOn>.self),
    Plant(
      "accepts-old-servers", "what an older copy of a server forgot is not set again",
      Planted<AcceptsOldServers>.self),
    Plant(
      "rotates-in-place", "the account in force gets the new password, not the one whose turn it is",
      Planted<RotatesInPlace>.self),
    Plant("forgets-tidying", "what a vault keeps of former documents stays", Planted<ForgetsTidying>.self),
    Plant(
      "tidies-early", "what a `rotate` that was cut off left goes before it is done again",
      Planted<TidiesEarly>.self),
    Plant("retires-newest", "the newest version is retired for a former one", Planted<RetiresNewest>.self),
  ]
}

extension SecretAction: RiskyAction {}

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

/// What replaces a version is not set at the other end.
enum SkipsSetting: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    guard observed.value?.versions.contains(where: { $0.phase == .current }) == true else { return plan }
    for index in plan.actions.indices where plan.actions[index].step == .set {
      plan.actions[index].step = .test
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
enum ForgetsDelivery: ForgetsActions {
  typealias Base = SecretsController
  static let verb = "deliver"
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

/// What the store did not keep gets another number each time.
enum CountsOn: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    guard let prepared = context.memory.lastDone["prepare"]?.action["version"].int else { return plan }
    for index in plan.actions.indices where plan.actions[index].step == .prepare {
      plan.actions[index].version = max(plan.actions[index].version, Int(prepared) + 1)
    }
    return plan
  }
}

/// What an older copy of a server forgot is not set again.
enum AcceptsOldServers: ForgetsActions {
  typealias Base = SecretsController
  static let verb = "restore"
}

/// The account in force gets the new password, not the one whose turn it is.
enum RotatesInPlace: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    guard let user = observed.value?.versions.last(where: { $0.phase == .current })?.user else { return plan }
    for index in plan.actions.indices where plan.actions[index].step == .prepare {
      plan.actions[index].user = user
    }
    return plan
  }
}

/// What a vault keeps of former documents stays.
enum ForgetsTidying: ForgetsActions {
  typealias Base = SecretsController
  static let verb = "tidy"
}

/// What a `rotate` that was cut off left goes before it is done again.
enum TidiesEarly: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    guard !plan.actions.contains(where: { $0.step == .tidy }) else { return plan }
    // Without a version on its way nothing is left to be done with it.
    let done = Base.plan(resource, observed.changed { $0.versions = [] }, context)
    plan.actions += done.actions.filter { $0.step == .tidy }
    return plan
  }
}

/// The newest version is retired for a former one.
enum RetiresNewest: PlanFault {
  typealias Base = SecretsController
  static func plan(
    _ resource: Resource<SecretSpec>, _ observed: Observation<SecretObserved>, _ context: PlanContext
  ) -> Plan<SecretAction> {
    var plan = Base.plan(resource, observed, context)
    for index in plan.actions.indices where plan.actions[index].step == .retire {
      plan.actions[index].version = observed.value?.versions.last?.number ?? 0
    }
    return plan
  }
}
