import Calendar
import Host
import Reconciliation

extension Planning {
  /// This many quick ends in a row are a loop: one is an accident, two may share a cause that is over.
  static let loopMin = 3

  /// Rule 9: ends.
  mutating func reportEnds() {
    let required = ended.filter { wanted.required?.contains($0.index) == true }
    for end in required {
      plan.reasons.append(
        Reason("ended", "\(wanted.instance(end.index)) \(end.end) at \(zone.words(for: end.endedAt))"))
    }
    let loops = required.filter { $0.quickDeaths >= Planning.loopMin && isCurrent($0) }
    guard let first = loops.first else { return }
    var message =
      "\(wanted.instance(first.index)) ended \(first.quickDeaths) times in a row soon after its start, last it \(first.end)"
    message +=
      first.lastLines.isEmpty ? silence(first) : "; it said: " + first.lastLines.joined(separator: " | ")
    if loops.count > 1 {
      message +=
        "; so did " + loops.dropFirst().map { "\(wanted.instance($0.index))" }.joined(separator: ", ")
    }
    plan.findings.append(
      Finding(
        "crash-loop", .critical, message,
        mend: "mend the program or its variables; to try at once: steward reconcile \(wanted.resource.id)",
        at: wanted.resource.place(of: "run")))
  }

  private func silence(_ end: EndedInstance) -> String {
    guard wanted.spec.on == .systemd else { return "; it said nothing" }
    return "; its last words: journalctl --unit=\(wanted.spec.unit)\(end.index)"
  }

  /// A loop is over when the inputs change, or when an instance has run for longer than a quick end takes.
  private mutating func isCurrent(_ end: EndedInstance) -> Bool {
    guard wanted.revision == nil || end.revision == wanted.revision else { return false }
    guard let running = census.kept.first(where: { $0.index == end.index }) else { return true }
    let settles = running.startedAt + EndedInstance.quick
    if settles > wanted.now { plan.wake(at: settles) }
    return settles > wanted.now
  }

  /// Rule 9: starts that need a person.
  mutating func reportFailedStarts() {
    guard !wanted.context.memory.attempts.isEmpty else { return }
    for action in plan.actions {
      guard case .start(let instance, _, _) = action, let json = try? JSON(encoding: action),
        let failure = wanted.context.memory.attempts[json]?.failure, failure.class != .transient
      else { continue }
      plan.findings.append(
        Finding(
          "cannot-start", .critical, "\(instance) cannot be started: \(failure.subject): \(failure.cause)",
          mend: "mend the cause, then: steward reconcile \(wanted.resource.id)",
          at: wanted.resource.place(of: "run")))
      return
    }
  }
}
