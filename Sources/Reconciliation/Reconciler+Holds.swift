import Calendar
import Cryptography

extension Reconciler {
  /// What an approval of `action` binds to: the action with all that it names, the resource, what the file says of it,
  /// and how many must approve. When any of them changes, an approval given before is void.
  func digest(of action: AnyAction, on id: ResourceID) -> String {
    let revision = resources[id]?.resource.revision ?? ""
    let asked = environments[id.environment]?.header?.guard.requirement(for: action.risk)
    let evidence: JSON = [
      "action": action.json, "resource": .string("\(id)"), "revision": .string(revision),
      "guard": .string(asked.map { "\($0)" } ?? ""),
    ]
    return String(SHA256Digest(of: evidence.bytes).hex.prefix(12))
  }

  /// What must happen before `action` may begin; nil where nothing must.
  func hold(_ action: AnyAction, of id: ResourceID, at now: Instant) -> Hold? {
    let wait =
      suspended(id, at: now) ?? afterAttempts(action, on: id, at: now)
      ?? crowded(id, at: now)
    if let wait { return Hold(action: action, wait: wait, digest: nil) }
    guard environments[id.environment]?.header?.guard.requirement(for: action.risk) != .nothing else {
      return nil
    }
    let digest = digest(of: action, on: id)
    return required(for: action, digest: digest, on: id, at: now).map {
      Hold(action: action, wait: $0, digest: digest)
    }
  }

  private func suspended(_ id: ResourceID, at now: Instant) -> Wait? {
    memory.suspension(of: id, at: now).map {
      Wait(
        "suspended by \($0.owner)\($0.reason.isEmpty ? "" : ": \($0.reason)")",
        endedBy: "steward resume \($0.scope)\($0.until == nil ? "" : ", or time")", until: $0.until)
    }
  }

  private func afterAttempts(_ action: AnyAction, on id: ResourceID, at now: Instant) -> Wait? {
    guard let chains = memory.resources[id]?.attempts, !chains.isEmpty,
      chains.values.contains(where: { $0.verb == action.verb }),
      let attempts = chains[action.json],
      !attempts.backoff.isSettled(at: now) || attempts.failure?.class != .transient
    else { return nil }
    if let failure = attempts.failure {
      switch failure.class {
      case .terminal where attempts.revision == resources[id]?.resource.revision:
        return Wait(
          "it failed, and will as it is written: \(failure.cause)",
          endedBy: "an edit of the file", at: resources[id]?.resource.place)
      case .needsOperator:
        return Wait(
          "it failed and needs a person: \(failure.cause)",
          endedBy: "mend the cause, then: steward reconcile \(id)")
      default: break
      }
    }
    guard !attempts.backoff.isSettled(at: now), now < attempts.backoff.nextAttempt else { return nil }
    let why = attempts.failure.map { "failed: \($0.cause)" } ?? "did not last"
    return Wait(
      "attempt \(attempts.backoff.attempts) \(why)", endedBy: "time, or now: steward reconcile \(id)",
      until: attempts.backoff.nextAttempt)
  }

  private func crowded(_ id: ResourceID, at now: Instant) -> Wait? {
    guard let environment = environments[id.environment], environment.underWay >= limits.actionsPerEnvironment
    else { return nil }
    return Wait(
      "\(environment.underWay) actions are under way in \(id.environment), the most at once", endedBy: "time",
      until: now + .seconds(1))
  }

  /// What the environment's `guard` asks for.
  private func required(
    for action: AnyAction, digest: String, on id: ResourceID, at now: Instant
  ) -> Wait? {
    guard let header = environments[id.environment]?.header else { return nil }
    switch header.guard.requirement(for: action.risk) {
    case .nothing: return nil
    case .window:
      guard let window = header.changeWindow else {
        return Wait(
          "\(action.risk.rawValue) actions need a change window, and none is written",
          endedBy: "a `change window:` in the file", at: header.places["guard"])
      }
      guard !window.isOpen(at: now, in: header.zone) else { return nil }
      return Wait(
        "\(action.risk.rawValue) actions wait for the change window \(window)", endedBy: "time",
        until: window.nextChange(after: now, in: header.zone), at: header.places["change window"])
    case .approvals(let count, let role):
      let given = (memory.resources[id]?.approvals ?? []).filter {
        $0.digest == digest && $0.role == role && $0.until > now
      }
      let people = Set(given.map(\.owner)).sorted()
      guard people.count < count else { return nil }
      return Wait(
        "\(action.risk.rawValue) actions need \(count == 1 ? "an approval" : "\(count) approvals") by a \(role), "
          + (people.isEmpty ? "0 given" : "\(people.count) given, by \(people.joined(separator: ", "))"),
        endedBy: "steward approve \(id) \(digest)", at: header.places["guard"])
    }
  }
}
