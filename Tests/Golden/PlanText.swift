import Calendar
import Reconciliation
import Specification

extension Scene {
  /// The plan as a reviewer reads it, and where its actions lead.
  func text() throws -> String {
    let context = try context()
    let plan = kind.plan(resource, observation, context)
    var lines = [
      "at        \(now)", "state     \(plan.state.rawValue)", "cell      \(plan.cell)",
      "headline  \(plan.headline)",
    ]
    lines += plan.reasons.map { reason in
      "reason    \(reason.label): \(reason.text)\(reason.place.map { "  (line \($0.line))" } ?? "")"
    }
    lines += plan.actions.map { "action    [\($0.risk.rawValue)] \($0.verb): \($0.description)" }
    lines += plan.waitingOn.map { wait in
      "wait      \(wait.reason); ended by \(wait.endedBy)\(wait.until.map { "; until \($0)" } ?? "")"
    }
    lines += plan.findings.map {
      "finding   \($0.severity.rawValue) \($0.code): \($0.message)\n          mend: \($0.mend)"
    }
    lines += plan.facts.map { "fact      \($0.name.rawValue) \($0.about): \($0.value)" }
    lines.append("wake      \(plan.wakeAt.map { "\($0)" } ?? "never")")
    lines += try convergence(context).map { "then      \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The most actions that a case may take to rest.
  private static let actionsMax = 50

  /// Acts as the reducer does on a world in which every action does what it says, until nothing is left to do.
  private func convergence(_ context: PlanContext) throws -> [String] {
    guard var observed = observation.value else { return ["unknown: nothing is done"] }
    var done: [String] = []
    for _ in 0..<Scene.actionsMax {
      let plan = kind.plan(resource, .known(observed, at: now), context)
      guard let action = plan.actions.first else {
        return done + ["rests as \(plan.state.rawValue): \(plan.headline)"]
      }
      done.append(action.description)
      observed = kind.expect(action, of: resource, after: observed, at: now)
    }
    throw DoesNotRest(actions: done)
  }
}

struct DoesNotRest: Error {
  var actions: [String]
}
