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
  static func spoil(_ plan: inout Plan<CacheAction>, for question: Question<CacheController>) {
    plan.actions.removeAll { $0.server != question.resource.spec.servers.first }
  }
}
