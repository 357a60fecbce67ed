import Calendar
import Reconciliation
import SecretStore

extension SecretPlanning {
  /// State, cell, headline and reasons of a plan that is made otherwise.
  mutating func describe() {
    plan.state = state
    plan.cell = cell
    plan.headline = headline
    plan.reasons = reasons
  }

  private var state: ResourceState {
    if isStuck || (isOverdue && !spec.canRotate) || current == nil && plan.actions.isEmpty {
      return .degraded
    }
    if !plan.actions.isEmpty { return .changing }
    return plan.waitingOn.isEmpty ? .ready : .waiting
  }

  private var cell: String {
    guard let current else { return isStuck ? "none" : "making v1" }
    if let next = underWay.first { return "v\(current.number) → v\(next.number)" }
    if spec.kind == .fixed { return "fixed" }
    if isOverdue { return "v\(current.number) overdue" }
    if let end = end(of: current), end > now, spec.canRotate, isSoon(end) {
      let left = now.distance(to: end)
      return left < Self.stale ? "due soon" : "due in \(left.inOneUnit)"
    }
    let age = age(of: current)
    return "v\(current.number), \(age < Self.stale ? "new" : age.inOneUnit)"
  }

  /// A cell stands until the next look, a minute later: it counts no seconds.
  private static let stale = Duration.seconds(60)

  /// Soon enough to be told before it happens.
  private func isSoon(_ end: Instant) -> Bool {
    let left = now.distance(to: end)
    return left <= .seconds(7 * 86_400) && left <= (spec.every?.shortest ?? .zero) / 4
  }

  private var headline: String {
    guard let current else {
      return underWay.first.map { "version \($0.number) is on its way, none is in force yet" }
        ?? "no version yet"
    }
    let inForce = "version \(current.number) in force"
    if let next = underWay.first { return "\(inForce), version \(next.number) is \(next.phase.words)" }
    if spec.kind == .fixed { return "\(inForce), as written in the file" }
    let aged = "\(inForce), \(age(of: current).inOneUnit) old"
    if !spec.canRotate { return "\(aged), not rotated: nobody sets it in \(spec.server ?? "its server")" }
    guard let end = end(of: current) else { return aged }
    return end > now
      ? "\(aged), next on \(zone.minuteWords(for: end))" : "\(aged), due since \(zone.minuteWords(for: end))"
  }

  private var reasons: [Reason] {
    var reasons = [Reason("rule", rule, at: resource.place(of: spec.every == nil ? "kind" : "every"))]
    for version in seen.versions.reversed() {
      var line =
        "version \(version.number) \(version.phase.words), made \(zone.minuteWords(for: version.created))"
      if let until = version.overlapUntil { line += ", works until \(zone.minuteWords(for: until))" }
      reasons.append(Reason("observed", line))
    }
    for version in former {
      let users = context.facts.users(ofSecret: resource.id.name, version: version.number)
      guard !users.isEmpty else { continue }
      let names = users.map(\.description).joined(separator: ", ")
      reasons.append(Reason("in use", "version \(version.number) by \(names)"))
    }
    if let server = spec.server {
      let how =
        spec.account?.words ?? (spec.rotate == nil ? "nobody sets it there" : "`rotate` sets it there")
      reasons.append(Reason("in", "\(server), \(how)", at: resource.place(of: "in")))
    }
    if let file = seen.file, let path = spec.file {
      reasons.append(Reason("file", "\(path) \(words(for: file))", at: resource.place(of: "file")))
    }
    if let current, let demand = demand(since: current) {
      let answer = spec.canRotate ? "" : "; it is not rotated, see the rule"
      reasons.append(
        Reason("asked", "\(demand.owner) asked for a new one \(zone.minuteWords(for: demand.at))\(answer)"))
    }
    return reasons
  }

  private var rule: String {
    guard let every = spec.every else { return "kind: fixed, never rotated" }
    let overlap = spec.overlap.isZero ? "" : ", the one before works \(spec.overlap.inDays) longer"
    return "\(spec.kind.rawValue), a new one every \(every.inDays)\(overlap)"
  }

  private func words(for file: SecretFileSeen) -> String {
    switch file.state {
    case .holds:
      let previous = file.previous.map { " and \($0)" } ?? ""
      return "holds version \(file.current ?? 0)\(previous)"
    case .missing: return "is not there"
    case .differs, .foreign: return "holds something else"
    case .exposed: return "is open to others than its owner"
    case .unusable: return "cannot be used: \(file.reason ?? "unknown why")"
    }
  }

  /// How old a version is; one from the future has no age.
  private func age(of version: SecretVersion) -> Duration {
    max(.zero, version.created.distance(to: now))
  }
}

extension SecretVersion.Phase {
  /// As a person would say it.
  var words: String {
    switch self {
    case .pending: "prepared"
    case .set: "set, to be tested"
    case .tested: "tested"
    case .current: "in force"
    case .previous: "replaced"
    }
  }

  /// Further along is greater.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
