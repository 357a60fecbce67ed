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
    Plant(
      "gives-up-set", "every other version is given up when its cache takes it, whatever became of it",
      Planted<GivesUpSet>.self, mistake: .carelessApply),
    Plant(
      "rotates-beside", "a rotation begins beside another, and is applied without a look",
      Planted<RotatesBeside>.self,
      mistake: .carelessApply),
  ]
}

extension SecretAction: RiskyAction {}

/// A former version goes an hour before its overlap ends.
enum RetiresEarly: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    guard plan.actions.isEmpty else { return }
    let later = question.asked(later: .seconds(3_600)).plan
    plan.actions = later.actions.filter { $0.step == .retire }
  }
}

/// What was set comes into force untested.
enum SkipsTests: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    for index in plan.actions.indices where plan.actions[index].step == .test {
      plan.actions[index].step = .finish
    }
  }
}

/// What replaces a version is not set at the other end.
enum SkipsSetting: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    guard question.observed.value?.versions.contains(where: { $0.phase == .current }) == true else { return }
    for index in plan.actions.indices where plan.actions[index].step == .set {
      plan.actions[index].step = .test
    }
  }
}

/// A period counts two days longer.
enum RotatesLate: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    let before = question.asked(later: .seconds(-2 * 86_400)).plan
    if !before.actions.contains(where: { $0.step == .prepare }) {
      plan.actions.removeAll { $0.step == .prepare }
    }
  }
}

/// A period counts a day less.
enum RotatesEarly: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    guard plan.actions.isEmpty else { return }
    let later = question.asked(later: .seconds(86_400)).plan
    plan.actions = later.actions.filter { $0.step == .prepare }
  }
}

/// The env file is not written anew.
enum ForgetsDelivery: ForgetsActions {
  typealias Base = SecretsController
  static let verb = "deliver"
}

/// The same step is another action each time, so that no pause is ever made.
enum NeverTheSame: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    for index in plan.actions.indices { plan.actions[index].why = "\(question.context.now)" }
  }
}

/// What the store did not keep gets another number each time.
enum CountsOn: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    guard let prepared = question.context.memory.lastDone["prepare"]?.action["version"].int else { return }
    for index in plan.actions.indices where plan.actions[index].step == .prepare {
      plan.actions[index].version = max(plan.actions[index].version, Int(prepared) + 1)
    }
  }
}

/// What an older copy of a server forgot is not set again.
enum AcceptsOldServers: ForgetsActions {
  typealias Base = SecretsController
  static let verb = "restore"
}

/// The account in force gets the new password, not the one whose turn it is.
enum RotatesInPlace: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    guard let user = question.observed.value?.versions.last(where: { $0.phase == .current })?.user else {
      return
    }
    for index in plan.actions.indices where plan.actions[index].step == .prepare {
      plan.actions[index].user = user
    }
  }
}

/// What a vault keeps of former documents stays.
enum ForgetsTidying: ForgetsActions {
  typealias Base = SecretsController
  static let verb = "tidy"
}

/// What a `rotate` that was cut off left goes before it is done again.
enum TidiesEarly: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    guard !plan.actions.contains(where: { $0.step == .tidy }) else { return }
    // Without a version on its way nothing is left to be done with it.
    let done = question.found { $0.versions = [] }.plan
    plan.actions += done.actions.filter { $0.step == .tidy }
  }
}

/// The newest version is retired for a former one.
enum RetiresNewest: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    for index in plan.actions.indices where plan.actions[index].step == .retire {
      plan.actions[index].version = question.observed.value?.versions.last?.number ?? 0
    }
  }
}

/// Every other version is given up when its cache takes it beside the one in force.
enum GivesUpSet: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    guard question.resource.spec.turn == .takesSeveral else { return }
    for index in plan.actions.indices
    where plan.actions[index].step == .test && plan.actions[index].version.isMultiple(of: 2) {
      plan.actions[index].step = .abandon
    }
  }
}

/// A rotation begins beside another.
enum RotatesBeside: PlanFault {
  static func spoil(_ plan: inout Plan<SecretAction>, for question: Question<SecretsController>) {
    guard question.observed.value?.versions.count(where: \.phase.isUnderway) == 1 else { return }
    let other = question.found { $0.versions.removeAll(where: \.phase.isUnderway) }.plan
    plan.actions = other.actions.filter { $0.step == .prepare } + plan.actions
  }
}
