import Calendar
import Reconciliation
import Specification

// The rules:
//
// 1. What cannot be seen is left alone: without a look nothing is purged, archived or counted.
// 2. A file's age counts from its last change (mtime). Reading a log does not keep it alive.
// 3. `keep` bounds a file's whole life: past it a file is purged, in the folder and in the archive alike.
// 4. Past `archive: {after}` and not yet past `keep`, a file is archived.
// 5. Ages take effect at full minutes, so that a thousand files of one minute are one action; with `purge at`, at its
//    first fire from then on. What fired while nobody looked is made up for at once, and once.
// 6. `at most` bounds what the matched files occupy, those being written included, and waits for no `purge at`. Over
//    it the oldest go first: what is past `keep` is purged; else it is archived early, where an archive is written;
//    only where none is, files younger than `keep` are deleted, and that is destructive.
// 7. The excess is rounded up to a twentieth of the cap, so that what somebody approved is still the plan when the
//    logs have grown a little.
// 8. A file that a process has open for writing never goes, and the cap spares whatever changed within the last
//    minute. Where not every process can be looked at, what changed within ten minutes counts as open.
// 9. An action takes a bounded number of files and carries the marks of each; the next look brings the rest. Of more
//    files past `keep` than that, one purge takes all that changed up to a moment.

/// One plan in the making.
struct LogsPlanning {
  let resource: Resource<LogsSpec>
  let observed: LogsObserved
  let context: PlanContext
  var spec: LogsSpec { resource.spec }
  var now: Instant { context.now }

  /// Which files go, and why others do not.
  var sorted = Sorted()
  var gate: AgeGate
  var wakeAt: Instant?

  struct Sorted {
    var expired: [ObservedFile] = []
    var expiredInArchive: [ObservedFile] = []
    var archivable: [ObservedFile] = []
    var trimmed: [ObservedFile] = []
    /// Past their age, and open.
    var held: [ObservedFile] = []
    /// Past their age, and changed so lately that somebody may have them open.
    var doubtful: [ObservedFile] = []
    /// Neither: what the cap may still take.
    var rest: [ObservedFile] = []
    /// By how many bytes the folder stays over its cap.
    var shortfall: Int64 = 0
  }

  /// What changed within this time counts as open where not every process can be looked at.
  static let settling = Duration.seconds(600)
  /// What changed within this time is spared by the cap: a program that opens its log for each line holds nothing
  /// between two of them.
  static let pause = Duration.seconds(60)
  /// How soon a failed look is repeated.
  static let lookAgain = Duration.seconds(30)

  init(_ resource: Resource<LogsSpec>, _ observed: LogsObserved, _ context: PlanContext) {
    self.resource = resource
    self.observed = observed
    self.context = context
    gate = AgeGate(resource.spec.purgeAt, zone: context.environment.zone, now: context.now)
    sortByAge()
    sortByCap()
  }

  static func blind(
    _ resource: Resource<LogsSpec>, because reason: String, at now: Instant
  ) -> Plan<LogsAction> {
    var plan = Plan<LogsAction>(.unknown, cell: "unknown", headline: "cannot be looked at: \(reason)")
    plan.reasons = [
      Reason("rule", "path: \(resource.spec.path)", at: resource.place(of: "path")),
      Reason("meanwhile", "nothing is done: what cannot be seen is left alone"),
    ]
    plan.wakeAt = now + lookAgain
    return plan
  }

  var plan: Plan<LogsAction> {
    let findings = findings
    var plan = Plan<LogsAction>(state(findings), cell: cell, headline: headline)
    plan.actions = actions
    plan.waitingOn = waits
    plan.findings = findings
    plan.reasons = reasons
    plan.wakeAt = wakeAt
    return plan
  }

  private var actions: [LogsAction] {
    [
      LogsAction(.purge, sorted.expired, upTo: upTo(sorted.expired)),
      LogsAction(.purge, from: .archive, sorted.expiredInArchive, upTo: upTo(sorted.expiredInArchive)),
      LogsAction(.archive, sorted.archivable),
      LogsAction(.trim, sorted.trimmed),
    ].filter { !$0.files.isEmpty }
  }

  private func state(_ findings: [Finding]) -> ResourceState {
    if findings.contains(where: { $0.severity >= .warning }) { return .degraded }
    if !actions.isEmpty { return .changing }
    return waits.isEmpty ? .ready : .waiting
  }

  /// Rule 9: the last moment such that a file which has not changed since is past `keep` now. Nil where one action can
  /// name all that goes, and where some of it goes early, for the cap.
  private func upTo(_ expired: [ObservedFile]) -> Instant? {
    guard expired.count > LogsAction.filesMax, let keep = spec.keep else { return nil }
    var gate = gate
    func isPast(_ modified: Instant) -> Bool {
      let expiry = keep.added(to: modified, in: context.environment.zone)
      guard AgeGate.minute(expiry) <= now, let effective = gate.effective(expiry) else { return false }
      return effective <= now
    }
    guard expired.allSatisfy({ isPast($0.modified) }) else { return nil }
    // Of two ages the higher is past whenever the lower is, so halving finds the moment, to the microsecond.
    var (low, high) = (expired.map(\.modified).max() ?? now, now)
    while low < high {
      let middle = Instant(microseconds: (low.microseconds + high.microseconds + 1) / 2)
      if isPast(middle) { low = middle } else { high = middle - .microseconds(1) }
    }
    return observed.blindSpot == nil ? low : min(low, now - Self.settling)
  }

  // MARK: Sorting

  private mutating func sortByAge() {
    for file in observed.logs.candidates {
      if passed(expiry(of: file)) {
        goes(file, to: \.expired)
      } else if canArchive, passed(archiving(of: file)) {
        goes(file, to: \.archivable)
      } else {
        sorted.rest.append(file)
      }
    }
    for file in observed.archive?.candidates ?? [] where passed(expiry(of: file)) {
      sorted.expiredInArchive.append(file)
    }
  }

  private mutating func sortByCap() {
    let leaving = (sorted.expired + sorted.archivable).reduce(0) { $0 + $1.bytes }
    guard let cap = spec.atMost?.bytes, observed.logs.bytes - leaving > cap else { return }
    let over = observed.logs.bytes - leaving - cap
    let step = max(1, cap / 20)
    let wanted = (over + step - 1) / step * step
    var going: Int64 = 0
    for file in sorted.rest where going < wanted {
      guard file.heldBy == nil, settled(file, observed.blindSpot == nil ? Self.pause : Self.settling) else {
        continue
      }
      if let expiry = expiry(of: file), AgeGate.minute(expiry) <= now {
        sorted.expired.append(file)
      } else if spec.archive == nil {
        sorted.trimmed.append(file)
      } else if canArchive {
        sorted.archivable.append(file)
      } else {
        continue
      }
      going += file.bytes
    }
    // Of more files than a look hands on, the next ones come with the next look.
    let isAll = observed.logs.candidates.count + observed.logs.severalNames >= observed.logs.files
    if isAll { sorted.shortfall = max(0, over - going) }
  }

  private mutating func goes(_ file: ObservedFile, to list: WritableKeyPath<Sorted, [ObservedFile]>) {
    if file.heldBy != nil {
      sorted.held.append(file)
    } else if observed.blindSpot != nil, !settled(file, Self.settling) {
      sorted.doubtful.append(file)
    } else {
      sorted[keyPath: list].append(file)
    }
  }

  /// Whether nobody who opens the file for each line is likely to come back to it.
  private mutating func settled(_ file: ObservedFile, _ pause: Duration) -> Bool {
    let at = AgeGate.minute(file.modified + pause)
    if at > now { wake(at) }
    return at <= now
  }

  /// Whether an age has taken effect; if not, the plan wakes when it does.
  private mutating func passed(_ boundary: Instant?) -> Bool {
    guard let boundary else { return false }
    // Over the cap a boundary counts at once, whatever `purge at` says.
    if AgeGate.minute(boundary) > now { wake(AgeGate.minute(boundary)) }
    guard let effective = gate.effective(boundary) else { return false }
    if effective > now { wake(effective) }
    return effective <= now
  }

  private mutating func wake(_ instant: Instant) { wakeAt = wakeAt.map { min($0, instant) } ?? instant }

  // MARK: Ages

  func expiry(of file: ObservedFile) -> Instant? {
    spec.keep?.added(to: file.modified, in: context.environment.zone)
  }

  func archiving(of file: ObservedFile) -> Instant? {
    spec.archive?.after.added(to: file.modified, in: context.environment.zone)
  }

  /// Whether there is an archive, and it can be reached.
  var canArchive: Bool { spec.archive != nil && observed.archive != nil }
}
