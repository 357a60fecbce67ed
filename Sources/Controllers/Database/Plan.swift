import Calendar
public import Reconciliation
import Specification

// The rules. Each says which file keeps it where it is not this one.
//
//  1. Unknown is never absent: a server that does not answer is one finding, and nothing is done.
//  2. A setting that is written and differs is set, where a reload suffices. What needs a restart, was fixed when the cluster
//     was made, or is overruled by a command line, a role or a database, is for an administrator. A standby takes no changes of its own. (Plan+Settings)
//  3. Where Patroni runs the cluster, what leads is its business; a member that does not run, and a pause, are said.
//     `availability: high` wants a standby that streams; one that stays behind is said before it is needed. `zones: multi`
//     wants servers in two zones at least, as far as `members` tells. `failover: automatic` wants a member that Patroni would
//     let lead, and otherwise Patroni is to be paused. (Plan+Topology)
//  4. What leaves in the clear is said where `encrypted` forbids it, or the data are real; so is what is not audited.
//     (Plan+Protection)
//  5. All databases together hold at most `size`. From four fifths on that is said. With what the disk has left they reach
//     `size at least`, where the disk can be seen.
//  6. Who gets in is no more than `access` says: roles that may do more, superusers, and doors that stand open are said.
//     (Plan+Access)
//
// Risks: a reload interrupts nobody, but some settings do: see ``DatabaseSetting/risk(of:_:)``.

extension DatabaseController {
  public static func plan(
    _ resource: Resource<DatabaseSpec>, _ observed: Observation<DatabaseObserved>, _ context: PlanContext
  ) -> Plan<DatabaseAction> {
    switch observed {
    case .known(let seen, _):
      var planning = DatabasePlanning(resource, seen, context)
      return planning.make()
    case .unknown(let reason, let since):
      var plan = Plan<DatabaseAction>(.unknown, cell: "unknown", headline: "not known: \(reason)")
      plan.reasons = [
        DatabasePlanning.rule(resource),
        Reason(
          "meanwhile", "nothing is done; unknown since \(context.environment.zone.minuteWords(for: since))"),
      ]
      plan.findings = [
        Finding(
          "unreachable", .critical, "the look fails: \(reason)",
          mend: "start it, or mend the way there; nothing is changed meanwhile", at: resource.place)
      ]
      plan.wake(at: context.now + DatabasePlanning.lookAgain)
      return plan
    }
  }
}

/// One plan in the making.
struct DatabasePlanning {
  let resource: Resource<DatabaseSpec>
  let seen: DatabaseObserved
  let context: PlanContext
  var plan = Plan<DatabaseAction>(.ready, cell: "", headline: "")

  /// How soon to look again at what could not be looked at.
  static let lookAgain = Duration.seconds(30)

  init(_ resource: Resource<DatabaseSpec>, _ seen: DatabaseObserved, _ context: PlanContext) {
    self.resource = resource
    self.seen = seen
    self.context = context
  }

  var spec: DatabaseSpec { resource.spec }

  mutating func make() -> Plan<DatabaseAction> {
    plan.reasons = [Self.rule(resource)]
    guard spec.address != nil, let version = seen.version else {
      plan.cell = "not looked at"
      plan.headline = "nobody looks at it: no address is written"
      plan.findings = [
        Finding(
          "no-address", .notice, "neither `socket` nor `host` is written, so nobody looks at it",
          mend: "write where it is, such as `socket: /run/postgresql`", at: resource.place)
      ]
      return plan
    }
    keepSettings()
    noticeVersion(version)
    noticeTopology()
    noticeProtection()
    noticeSize()
    noticeAccess()
    let worst = plan.findings.map(\.severity).max() ?? .info
    plan.state = !plan.actions.isEmpty ? .changing : worst >= .warning ? .degraded : .ready
    let release = version.prefix { $0 != " " }
    plan.cell = "\(release), \(Self.words(seen.bytes))"
    plan.headline = "PostgreSQL \(release), \(topology), \(Self.words(seen.bytes))"
    return plan
  }

  static func rule(_ resource: Resource<DatabaseSpec>) -> Reason {
    let spec = resource.spec
    let zones = spec.zones.map { ", zones: \($0.rawValue)" } ?? ""
    return Reason(
      "rule", "availability: \(spec.availability.rawValue)\(zones)", at: resource.place(of: "availability"))
  }

  mutating func note(_ code: String, _ severity: Severity, _ message: String, mend: String, at key: String) {
    plan.findings.append(Finding(code, severity, message, mend: mend, at: resource.place(of: key)))
  }

  private mutating func noticeVersion(_ version: String) {
    plan.reasons.append(Reason("observed", "PostgreSQL \(version)", at: resource.place(of: "version")))
    guard let wanted = spec.version, let major = Int(version.prefix { $0.isNumber }), major != wanted else {
      return
    }
    note(
      "version", .warning, "it is PostgreSQL \(major), and \(wanted) is written",
      mend: "upgrade it (pg_upgrade), or write the version that it has", at: "version")
  }

  /// Rule 5.
  private mutating func noticeSize() {
    if let room = spec.room { noticeRoom(room) }
    guard let most = spec.sizeMax else { return }
    plan.reasons.append(
      Reason("observed", "\(Self.words(seen.bytes)) of at most \(most)", at: resource.place(of: "size")))
    if seen.bytes > most.bytes {
      note(
        "too-large", .warning,
        "its databases hold \(Self.words(seen.bytes)), more than the \(most) that are written",
        mend: "delete what is not needed, or write a larger `size`", at: "size")
    } else if seen.bytes > most.bytes / 5 * 4 {
      note(
        "almost-full", .notice,
        "its databases hold \(Self.words(seen.bytes)) of the \(most) that are written",
        mend: "delete what is not needed, or write a larger `size`, before it is reached", at: "size")
    }
  }

  private mutating func noticeRoom(_ wanted: ByteCount) {
    guard let free = seen.freeBytes else {
      plan.reasons.append(
        Reason(
          "observed", "how much its disk has left cannot be seen from here; \(wanted) are to fit",
          at: resource.place(of: "size at least")))
      return
    }
    let room = "\(Self.words(seen.bytes)), and its disk has \(Self.words(free)) left"
    plan.reasons.append(
      Reason("observed", "\(room), where \(wanted) are to fit", at: resource.place(of: "size at least")))
    guard seen.bytes + free < wanted.bytes else { return }
    note(
      "no-room", .warning, "its databases hold \(room), which is less than the \(wanted) that are written",
      mend: "give the file system of its data more space, or write a smaller `size at least`",
      at: "size at least")
  }

  /// A size as a table shows it.
  static func words(_ bytes: Int64) -> String {
    for (unit, scale) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where Double(bytes) >= scale {
      let amount = Double(bytes) / scale
      return amount < 10 ? "\((amount * 10).rounded(.down) / 10) \(unit)" : "\(Int(amount)) \(unit)"
    }
    return "\(bytes) B"
  }
}
