import Calendar
import Reconciliation
import Specification

// The rules:
//
// 1. What cannot be seen is unknown: not "no backups", and no drill is begun on it.
// 2. A dump counts when it is finished: its name is not that of something unfinished, nobody has it open for writing,
//    and it has not changed for a minute. The newest is the one that changed last, whatever the names say.
// 3. The newest dump is tested, once for each state of it. If it is corrupt, the next older one is, until one is not:
//    it must be known what there is to go back to.
// 4. The recovery point is the newest dump that is not known to be corrupt. Its age is held against `rpo`, and against
//    `every` with a grace of a tenth of it, from 5 minutes to 6 hours: dumps take time and do not start on the second.
// 5. A dump that is smaller than the median of the ones before it by more than `shrink at most` is worth a look.
// 6. A drill is due at the first fire of `drill` after the last success; where none ever succeeded, after the oldest
//    dump there is; and when somebody asks for one. It restores the newest dump that was tested and is not corrupt.
// 7. A restore that fails, or takes longer than `rto`, is a finding until one does better: a backup that cannot be
//    restored is none.
// 8. No action waits for what it would find out: a stale, shrunk or late set of backups is tested and drilled like any.
//
// Where pgBackRest makes them (`Plan+Repository.swift`), 2, 3 and 4 are as follows:
//
// 9. A backup counts once pgBackRest lists it. It is corrupt if pgBackRest found wrong checksums as it copied pages, if
//    its folder is gone, or if it needs a corrupt one.
// 10. One is due `every` after the newest sound one was begun, at once where WAL behind that is missing, and begins in the
//     `window`: in the one before, if it would be due while that is closed and half the period is over, so that it is
//     not late. It is full where the last full one is `full every` old, or there is none.
// 11. One at a time: while pgBackRest's lock is held, by whomever, none is begun.
// 12. The recovery point is the moment at which a WAL segment was last forced and arrived, if none is missing since the
//     newest sound backup; that is done twice within `rpo`, and not while a backup or a drill is under way.
// 13. What a drill that was cut off left behind is removed first.

/// One plan in the making.
struct BackupsPlanning {
  let resource: Resource<BackupsSpec>
  let observed: BackupsObserved
  let context: PlanContext
  var spec: BackupsSpec { resource.spec }
  var now: Instant { context.now }

  /// The dumps that count, newest first.
  let finished: [Dump]
  /// The one that is to be tested next.
  let toTest: Dump?
  /// What there is to go back to.
  let recoveryPoint: Dump?
  /// When a drill is or was due; nil: never.
  let drillDue: Instant?

  /// What has not changed for this long, and is not open, is finished.
  static let pause = Duration.seconds(60)
  /// Clocks of two machines may differ by this much without anybody's fault.
  static let skew = Duration.seconds(300)
  /// How long after it was due a drill is overdue: an incident or a weekend may be in between.
  static let drillGrace = Duration.seconds(3 * 86_400)
  /// How soon a failed look is repeated.
  static let lookAgain = Duration.seconds(30)

  init(_ resource: Resource<BackupsSpec>, _ observed: BackupsObserved, _ context: PlanContext) {
    self.resource = resource
    self.observed = observed
    self.context = context
    let now = context.now
    let pause = Self.pause(observed)
    let finished = observed.newest.filter { !$0.isHeld && $0.modified + pause <= now }
    self.finished = finished
    let record = observed.record
    toTest =
      observed.repository == nil
      ? Self.next(finished, record, asked: context.requested("verify")?.at) : nil
    recoveryPoint = finished.first { record.verdict(on: $0)?.result != .corrupt }
    drillDue = Self.drillDue(resource.spec, observed, context)
  }

  /// The newest that was not tested, unless a newer one is known not to be corrupt.
  private static func next(_ finished: [Dump], _ record: Record, asked: Instant?) -> Dump? {
    for dump in finished {
      guard let verdict = record.verdict(on: dump) else { return dump }
      if dump == finished.first, let asked, asked > verdict.at { return dump }
      if verdict.result != .corrupt { return nil }
    }
    return nil
  }

  private static func drillDue(
    _ spec: BackupsSpec, _ observed: BackupsObserved, _ context: PlanContext
  ) -> Instant? {
    guard spec.canRestore else { return nil }
    // The log remembers a success too, should the record be lost.
    let success = [observed.record.lastSuccess?.at, context.memory.lastDone["drill"]?.at].compactMap(\.self)
      .max()
    if let demand = context.requested("drill"), success.map({ demand.at > $0 }) ?? true { return demand.at }
    guard let since = success ?? observed.oldest else { return nil }
    return spec.drill?.next(after: since, in: context.environment.zone)
  }

  static func blind(
    _ resource: Resource<BackupsSpec>, because reason: String, at now: Instant
  ) -> Plan<BackupsAction> {
    var plan = Plan<BackupsAction>(.unknown, cell: "unknown", headline: "cannot be looked at: \(reason)")
    plan.reasons = [
      Reason("rule", "every: \(resource.spec.every.inDays)", at: resource.place(of: "every")),
      Reason("meanwhile", "nothing is done: what cannot be seen is neither there nor gone"),
    ]
    plan.wakeAt = now + lookAgain
    return plan
  }

  var plan: Plan<BackupsAction> {
    let findings = findings
    var plan = Plan<BackupsAction>(state(findings), cell: cell, headline: headline)
    plan.actions = actions
    plan.waitingOn = waits
    plan.findings = findings
    plan.reasons = reasons
    for instant in turningPoints where instant > now { plan.wake(at: instant) }
    return plan
  }

  private var actions: [BackupsAction] {
    var actions = repositoryActions
    if let toTest { actions.append(BackupsAction(kind: .verify, dump: toTest)) }
    if isDrillDue, observed.restoreExists, let drillable {
      actions.append(BackupsAction(kind: .drill, dump: drillable))
    }
    return actions
  }

  private func state(_ findings: [Finding]) -> ResourceState {
    if findings.contains(where: { $0.severity >= .warning }) { return .degraded }
    if !actions.isEmpty { return .changing }
    return waits.isEmpty ? .ready : .waiting
  }

  var isDrillDue: Bool { drillDue.map { $0 <= now } ?? false }

  /// The newest dump that was tested and may be restored.
  var drillable: Dump? {
    finished.first { dump in observed.record.verdict(on: dump).map { $0.result != .corrupt } ?? false }
  }

  /// pgBackRest says itself when a backup is whole.
  private static func pause(_ observed: BackupsObserved) -> Duration {
    observed.repository == nil ? pause : .zero
  }

  // MARK: Moments

  /// When the newest dump should have been followed by another.
  var staleAt: Instant? {
    recoveryPoint.map { spec.every.added(to: $0.modified, in: context.environment.zone) + grace }
  }

  /// All up to then can be had back: the newest sound dump's time, or that of the archive behind it.
  var recoverableUntil: Instant? {
    guard let recoveryPoint else { return nil }
    let proved = observed.repository != nil && gap == nil ? observed.record.archive?.provedAt : nil
    return max(recoveryPoint.modified, proved ?? recoveryPoint.modified)
  }

  var rpoExceededAt: Instant? {
    recoverableUntil.flatMap { spec.rpo?.added(to: $0, in: context.environment.zone) }
  }

  var grace: Duration { min(max(spec.every.nominalDuration / 10, .seconds(300)), .seconds(6 * 3_600)) }

  /// The dumps that are not finished or not of this time, and when that ends.
  private var turningPoints: [Instant] {
    var points = [
      staleAt, rpoExceededAt, drillDue, drillDue.map { $0 + Self.drillGrace }, growth?.noticedAt(spec.rto),
    ].compactMap(\.self)
    points += repositoryTurningPoints
    for dump in observed.newest {
      points.append(dump.modified + Self.pause(observed))
      points.append(dump.modified - Self.skew)
    }
    return points
  }
}
