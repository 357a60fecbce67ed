import Calendar
import Host
import Reconciliation

extension Planning {
  /// How it stands, in one word, one cell and one line.
  mutating func tell() {
    for instance in census.kept {
      plan.reasons.append(
        Reason(
          "observed",
          "\(wanted.instance(instance.index)) is process \(instance.process.pid) "
            + "since \(zone.words(for: instance.startedAt))\(use(instance))\(instance.notReady.map { "; \($0)" } ?? "")"
        ))
    }
    plan.state = state
    plan.cell = cell
    plan.headline = headline
  }

  /// In which people read times here.
  var zone: Zone { wanted.context.environment.zone }

  private var ready: Int { census.kept.count { wanted.isReady($0) } }

  private var state: ResourceState {
    if !plan.findings.isEmpty { return .degraded }
    if !plan.actions.isEmpty { return .changing }
    if !wanted.opening.isOpen { return .closed }
    if !census.missing.isEmpty { return .waiting }
    return !plan.waitingOn.isEmpty || ready < census.kept.count ? .changing : .ready
  }

  private var cell: String {
    guard wanted.opening.isOpen else {
      return census.surplus.isEmpty ? "off" : "\(census.surplus.count) stopping"
    }
    guard let scaling = wanted.spec.scaling else { return "\(ready) of \(wanted.spec.count.words)" }
    return "\(ready) of \(wanted.size) (\(scaling.between.words))"
  }

  private var headline: String {
    if let finding = plan.findings.first { return finding.message }
    if let action = plan.actions.first { return "to \(action)" }
    guard wanted.opening.isOpen else { return "none running, as written" }
    if let wait = plan.waitingOn.first { return wait.reason }
    if census.kept.isEmpty { return "none written" }
    return ready < census.kept.count
      ? "\(ready) of \(census.kept.count) ready, the others have just been started"
      : "\(ready) running, as written"
  }

  private func use(_ instance: ObservedInstance) -> String { instance.use.map { ", \($0)" } ?? "" }
}
