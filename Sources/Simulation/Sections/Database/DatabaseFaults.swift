import Database
import Reconciliation

extension DatabaseSection {
  static let plants = [
    Plant("sets-one-setting", "only the first of several settings is kept", Planted<SetsOneSetting>.self),
    Plant(
      "calls-commit-safe", "when a commit counts as done is called safe to change",
      Planted<CallsSafe<DatabaseController>>.self),
    Plant("misses-standby", "a standby that is lost is not missed", Planted<MissesStandby>.self),
    Plant("misses-writers", "a role that should only read may write, unsaid", Planted<MissesWriters>.self),
    Plant("misses-pause", "a Patroni that is paused is not missed", Planted<MissesPause>.self),
    Plant("counts-free-alone", "what is held already counts as no room", Planted<CountsFreeAlone>.self),
    Plant("sets-in-standby", "a standby is set as if it led", Planted<SetsInStandby>.self),
  ]
}

extension DatabaseAction: RiskyAction {}

/// Only the first of several settings is kept.
enum SetsOneSetting: PlanFault {
  static func spoil(_ plan: inout Plan<DatabaseAction>, for question: Question<DatabaseController>) {
    plan.actions.removeAll { $0.setting != question.resource.spec.settings.keys.min() }
  }
}

/// A standby that is lost is not missed.
enum MissesStandby: HidesFindings {
  typealias Base = DatabaseController
  static let code = "no-standby"
}

/// A role that should only read may write, and nobody hears of it.
enum MissesWriters: HidesFindings {
  typealias Base = DatabaseController
  static let code = "may-write"
}

/// A Patroni that is paused is not missed.
enum MissesPause: HidesFindings {
  typealias Base = DatabaseController
  static let code = "paused"
}

/// What its databases hold already does not count as room.
enum CountsFreeAlone: PlanFault {
  static func spoil(_ plan: inout Plan<DatabaseAction>, for question: Question<DatabaseController>) {
    plan = question.found { $0.bytes = 0 }.plan
  }
}

/// A standby is set as if it led.
enum SetsInStandby: PlanFault {
  static func spoil(_ plan: inout Plan<DatabaseAction>, for question: Question<DatabaseController>) {
    plan.actions = question.found { $0.isStandby = false }.plan.actions
  }
}
