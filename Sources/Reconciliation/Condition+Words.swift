import Calendar

extension Reconciler {
  /// What a condition that does not hold is, who ends it and when, as a person would say it. `verbs` are those of the
  /// actions it is told for, `moment` that at which time does its part.
  func wait(
    for condition: Condition, of id: ResourceID, _ verbs: Set<String>, until moment: Instant?, at now: Instant
  ) -> Wait {
    let header = environments[id.environment]?.header
    let held = resources[id]?.held.first { verbs.contains($0.action.verb) }
    switch condition {
    case .time:
      if let held {
        return Wait(held.wait.reason, endedBy: "time", until: held.wait.until ?? moment, at: held.wait.place)
      }
      return Wait(
        "it is not time yet: \(resources[id]?.plan?.headline ?? "nothing is due")", endedBy: "time",
        until: moment)
    case .finished:
      let begun = resources[id]?.underWay
      return Wait("first: \(begun?.action.description ?? "another action"), under way", endedBy: "its end")
    case .room:
      return Wait("as many actions as may be are under way in \(id.environment)", endedBy: "their end")
    case .resumed(let scope):
      let suspension = memory.suspensions[scope]
      return Wait(
        "\(scope) is suspended by \(suspension?.owner ?? "somebody"): \(suspension?.reason ?? "")",
        endedBy: "steward resume \(scope)", until: suspension?.until)
    case .ended(let scope):
      let override = memory.overrides[scope]
      return Wait(
        "\(scope) is held \(override?.opens == true ? "open" : "closed") by \(override?.owner ?? "somebody"): "
          + (override?.reason ?? ""),
        endedBy: "steward end \(scope)", until: override?.until)
    case .retried: return retrying(id, held)
    case .window:
      let window = header?.changeWindow
      return Wait(
        window.map { "the change window \($0) is closed" } ?? "no change window is written",
        endedBy: window == nil ? "a `change window:` in the file" : "time",
        until: header.flatMap { window?.nextChange(after: now, in: $0.zone) },
        at: header?.places["change window"] ?? header?.places["guard"])
    case .approved(let risk):
      if let held, held.action.risk == risk, held.digest != nil { return held.wait }
      guard case .approvals(let count, let role)? = header?.guard.requirement(for: risk) else { break }
      return Wait(
        "a \(risk.rawValue) action needs \(count == 1 ? "an approval" : "\(count) approvals") by a \(role)",
        endedBy: "steward approve \(id) NUMBER, with the number that steward why shows once it waits",
        at: header?.places["guard"])
    case .asked(let verb): return Wait("nobody has asked for it", endedBy: "steward \(verb) \(id)")
    case .opened:
      return Wait("nobody holds it open", endedBy: "steward open \(id) --until TIME --reason WHY")
    case .closed:
      return Wait("nobody holds it closed", endedBy: "steward close \(id) --until TIME --reason WHY")
    case .silent(let other):
      let said = environments[id.environment]?.facts.said(by: other).map(\.words) ?? []
      return Wait("\(other) \(said.joined(separator: ", "))", endedBy: "see: steward why \(other)")
    }
    return Wait("\(condition)", endedBy: "nobody knows")
  }

  private func retrying(_ id: ResourceID, _ held: Hold?) -> Wait {
    if let held, held.digest == nil {
      return Wait(
        held.wait.reason, endedBy: held.wait.endedBy, until: held.wait.until, at: held.wait.place)
    }
    let failed = memory.resources[id]?.attempts.values.compactMap { $0.failure?.cause }.sorted().first
    return Wait(
      failed.map { "earlier attempts failed: \($0)" } ?? "earlier attempts did not last",
      endedBy: "mend the cause, then: steward reconcile \(id)")
  }
}

extension Fact {
  /// What is said, as the end of a sentence that its publisher begins.
  var words: String {
    switch content {
    case .secretVersions(let current, _): "keeps version \(current) of \(about)"
    case .secretInUse(let version): "runs with version \(version) of \(about)"
    case .closed: "is closed"
    case .uses(let now, _, _): now.map { "has \($0) in use" } ?? "does not know how many are in use"
    }
  }
}
