import Calendar
import Instances
import Reconciliation

extension InstancesSection {
  static let plants = [
    Plant("forgets-stops", "what closes is not stopped", Planted<ForgetsStops>.self),
    Plant("ignores-zone", "hours are read as those of Greenwich", Planted<IgnoresZone>.self),
    Plant("ignores-overrides", "`open` and `close` change nothing", Planted<IgnoresOverrides>.self),
    Plant("masks-wakes", "instances wake half an hour late", Planted<MasksWakes<InstancesController>>.self),
    Plant("expects-nothing", "`expect` says that a start changes nothing", Planted<ExpectsNothing>.self),
    Plant("starts-one-less", "the last of several instances is not started", Planted<StartsOneLess>.self),
    Plant("forgets-restarts", "a new version of a secret restarts nobody", Planted<ForgetsRestarts>.self),
    Plant("hides-use", "nobody says which versions run", Planted<HidesUse>.self),
  ]
}

/// What closes is not stopped.
enum ForgetsStops: PlanFault {
  static func spoil(_ plan: inout Plan<InstancesAction>, for question: Question<InstancesController>) {
    plan.actions.removeAll { if case .stop(_, _, .closed) = $0 { true } else { false } }
  }
}

/// Hours are read as those of Greenwich.
enum IgnoresZone: PlanFault {
  static func spoil(_ plan: inout Plan<InstancesAction>, for question: Question<InstancesController>) {
    plan = question.asked(zone: .utc).plan
  }
}

/// A person's `open` and `close` change nothing.
enum IgnoresOverrides: PlanFault {
  static func spoil(_ plan: inout Plan<InstancesAction>, for question: Question<InstancesController>) {
    plan = question.asked(hasOverride: false).plan
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
  static func spoil(_ plan: inout Plan<InstancesAction>, for question: Question<InstancesController>) {
    let last = question.resource.spec.count.lowerBound
    plan.actions.removeAll {
      if last > 1, case .start(let instance, _, _) = $0 { instance.index == last } else { false }
    }
  }
}

/// A secret's new version restarts nobody.
enum ForgetsRestarts: ForgetsActions {
  typealias Base = InstancesController
  static let verb = "restart"
}

/// Nobody is told which versions run.
enum HidesUse: PlanFault {
  static func spoil(_ plan: inout Plan<InstancesAction>, for question: Question<InstancesController>) {
    plan.facts.removeAll { $0.name == .secretInUse }
  }
}
