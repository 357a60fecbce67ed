import Calendar
import Logs
import Reconciliation

extension LogsSection {
  static let plants = [
    Plant("purges-early", "a log goes a day before `keep` ends", Planted<PurgesEarly>.self),
    Plant("purges-nothing", "what `keep` no longer keeps stays", Planted<PurgesNothing>.self),
    Plant("spins", "the plan of logs always wakes at once", Planted<Spins>.self),
    Plant("calls-trim-purge", "deleting for the cap is called a purge", Planted<CallsTrimPurge>.self),
  ]
}

/// A log goes a day before `keep` ends.
enum PurgesEarly: PlanFault {
  static func spoil(_ plan: inout Plan<LogsAction>, for question: Question<LogsController>) {
    let later = question.asked(later: .seconds(86_400)).plan
    plan.actions = later.actions.filter { $0.kind == .purge } + plan.actions.filter { $0.kind != .purge }
  }
}

/// What `keep` no longer keeps stays.
enum PurgesNothing: ForgetsActions {
  typealias Base = LogsController
  static let verb = "purge"
}

/// Deleting for the cap passes as an ordinary purge, which needs nobody's approval.
enum CallsTrimPurge: PlanFault {
  static func spoil(_ plan: inout Plan<LogsAction>, for question: Question<LogsController>) {
    for index in plan.actions.indices where plan.actions[index].kind == .trim {
      plan.actions[index].kind = .purge
    }
  }
}

/// The plan always wakes at once.
enum Spins: PlanFault {
  static func spoil(_ plan: inout Plan<LogsAction>, for question: Question<LogsController>) {
    plan.wake(at: question.context.now)
  }
}
