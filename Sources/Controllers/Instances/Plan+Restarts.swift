import Calendar
import Host
import Reconciliation

extension Planning {
  /// Rules 7 and 8.
  mutating func restartChanged() {
    guard let revision = wanted.revision, let grants = wanted.grants else { return }
    let outdated = census.kept.filter { wanted.outdated($0) != nil }
    guard let next = outdated.first, let why = wanted.outdated(next) else { return }
    let names = outdated.map { "\(wanted.instance($0.index))" }.joined(separator: ", ")
    plan.reasons.append(Reason("to restart", "\(names): \(why)"))
    if let wait = obstacle(to: next) {
      plan.waitingOn.append(wait)
      return
    }
    plan.actions.append(
      .restart(
        instance: wanted.instance(next.index), process: next.process, revision: revision, secrets: grants,
        others: census.kept.count { $0 != next && wanted.isReady($0) }, why: why))
  }

  /// Why the next restart may not begin: all that should run must, and have done so for a while. One whose unit somebody
  /// masked does not run on purpose, and is not waited for.
  private func obstacle(to next: ObservedInstance) -> Wait? {
    let restart = "the restart of \(wanted.instance(next.index))"
    if let index = census.missing.first(where: { hindrance($0)?.kind != .masked }) {
      return Wait("\(restart) waits until \(wanted.instance(index)) runs again", endedBy: "its start")
    }
    if !census.strays.isEmpty {
      return Wait("\(restart) waits until duplicates are gone", endedBy: "their stop")
    }
    if let hindrance = hindrance(next.index) {
      return Wait(
        "\(restart) waits: \(hindrance.unit) could not start again, it is \(hindrance.kind.rawValue)",
        endedBy: "its unit")
    }
    guard let unready = census.kept.first(where: { !wanted.isReady($0) }) else { return nil }
    if let notReady = unready.notReady {
      return Wait(
        "\(restart) waits until \(wanted.instance(unready.index)) is ready: \(notReady)", endedBy: "the unit")
    }
    return Wait(
      "\(restart) waits until \(wanted.instance(unready.index)) has run for \(TimeSpan(duration: wanted.spec.readyAfter))",
      endedBy: "time", until: wanted.nextReadinessChange(of: unready))
  }
}
