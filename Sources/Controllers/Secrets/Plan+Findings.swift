import Calendar
import Reconciliation
import SecretStore

extension SecretPlanning {
  /// What is said of a secret apart from what is done about it, and when time alone changes that.
  mutating func notice() {
    guard let current else { return }
    noticeServer(of: current)
    noticeLoss(of: current)
    noticeFuture(of: current)
    noticeAge(of: current)
  }

  /// `in` without an account or `rotate` is a promise that is not kept; it is never dropped silently.
  private mutating func noticeServer(of current: SecretVersion) {
    guard let server = spec.server, spec.rotate == nil, spec.account == nil, spec.kind != .fixed else {
      return
    }
    plan.findings.append(
      Finding(
        "not-set-in-server", .notice,
        "nobody sets it in \(server): version \(current.number) is delivered, and never replaced",
        mend: spec.role == nil
          ? "write the `role` whose password it is, or a `rotate` command"
          : "write the server's `socket` or `host` in \(server), or a `rotate` command; or set it there once "
            + "(steward secret get \(resource.id))",
        at: resource.place(of: "in")))
  }

  private mutating func noticeLoss(of current: SecretVersion) {
    guard let lost else { return }
    plan.findings.append(
      Finding(
        "version-lost", .critical,
        "version \(lost) was in force and the store knows none after \(current.number): an old copy is back",
        mend: spec.canRotate
          ? "a new version takes its place by itself"
          : "bring back the newest copy of the store, or set a new value",
        at: resource.place))
  }

  /// More than what clocks of one machine differ by.
  private static let futureMin = Duration.seconds(300)

  private mutating func noticeFuture(of current: SecretVersion) {
    if current.created > now { plan.wake(at: current.created) }
    guard spec.kind != .fixed, current.created > now + Self.futureMin else { return }
    plan.wake(at: current.created - Self.futureMin)
    plan.findings.append(
      Finding(
        "made-in-future", .notice,
        "version \(current.number) says that it was made on \(zone.minuteWords(for: current.created)): the clock "
          + "was wrong then, or is now; it has no age until then",
        mend: "set the clock, or: steward rotate \(resource.id)", at: resource.place(of: "every")))
  }

  private mutating func noticeAge(of current: SecretVersion) {
    guard let end = end(of: current), let overdue = overdue(current) else { return }
    if end > now { plan.wake(at: end) }
    guard overdue <= now else {
      plan.wake(at: overdue)
      return
    }
    plan.findings.append(
      Finding(
        "overdue", .warning,
        "version \(current.number) was to be replaced by \(zone.minuteWords(for: end)): \(delay)",
        mend: mendOfDelay, at: resource.place(of: "every")))
  }

  /// Whether the version in force is older than it may be.
  var isOverdue: Bool { current.flatMap(overdue).map { $0 <= now } ?? false }

  private var delay: String {
    if !spec.canRotate { return "nobody sets a new one in \(spec.server ?? "its server")" }
    if let wait = plan.waitingOn.first { return wait.reason }
    if let action = plan.actions.first(where: { $0.step != .deliver }) {
      return "`\(action)` has not succeeded yet"
    }
    return "its successor is on its way"
  }

  private var mendOfDelay: String {
    if !spec.canRotate { return "write a `rotate` command, or set a new value by hand" }
    return "steward why \(resource.id) says what it waits for"
  }
}
