import Calendar
import Reconciliation
import StatusAPI

/// One environment's part of a ``Chronicle``.
struct EnvironmentChronicle: Sendable {
  var track = StateTrack()
  var usages: [String: [ReportedUsage.Point]] = [:]
  var work: [WorkKey: ReportedWork] = [:]
  var days: [Day] = []
  var meter: UsageMeter

  /// One calendar day of the stretch, as far as it lies in it.
  struct Day: Sendable {
    let date: CivilDate
    let span: Range<Instant>
    var done = 0
    var failed = 0
  }

  /// Nothing heard yet, with the days from `start` to `end` in `zone`.
  init(from start: Instant, to end: Instant, zone: Zone) {
    var date = zone.civil(at: start).date
    while true {
      let next = date.adding(days: 1)
      let (midnight, after) = (zone.midnight(date), zone.midnight(next))
      guard midnight < end else { break }
      if after > start { days.append(Day(date: date, span: max(midnight, start)..<min(after, end))) }
      date = next
    }
    meter = UsageMeter(days.map(\.span.lowerBound) + [end])
  }

  struct WorkKey: Hashable, Sendable, Comparable {
    let controller: String
    let verb: String

    static func < (left: WorkKey, right: WorkKey) -> Bool {
      (left.controller, left.verb) < (right.controller, right.verb)
    }
  }

  /// How many changes of one count are told: more are finer than a plot is wide.
  static let pointsMax = 2_000

  mutating func work(_ event: Event, _ controller: String, _ verb: String, isDone: Bool) {
    let key = WorkKey(controller: controller, verb: verb)
    var entry =
      work[key]
      ?? ReportedWork(
        controller: controller, verb: verb, done: 0, failed: 0, lastAt: event.at, last: "", scope: "")
    entry.done += isDone ? 1 : 0
    entry.failed += isDone ? 0 : 1
    entry.lastAt = event.at
    entry.last = event.message
    entry.scope = event.scope.map { "\($0)" } ?? ""
    work[key] = entry
    guard let day = days.lastIndex(where: { $0.span.lowerBound <= event.at }) else { return }
    days[day].done += isDone ? 1 : 0
    days[day].failed += isDone ? 0 : 1
  }

  /// What the event says of how the environment stands from `instant` on.
  mutating func stand(_ event: Event, _ scope: Scope, at instant: Instant) {
    let resource = "\(scope)"
    switch event.kind {
    case .adopted: track.isPresent = true
    case .released: track = StateTrack(afterRelease: track)
    case .unknown: track.unknown.insert(resource)
    case .known: track.unknown.remove(resource)
    case .finding:
      guard let code = event.body["code"].text else { return }
      let key = "\(resource) \(code)"
      if event.severity >= .warning { track.degraded.insert(key) } else { track.degraded.remove(key) }
    case .cleared: event.body["code"].text.map { _ = track.degraded.remove("\(resource) \($0)") }
    case .waiting, .intended: break
    default: return
    }
    // Whatever happens to something that is kept says that it is kept.
    if event.kind != .released { track.isPresent = true }
    track.note(instant)
  }

  mutating func use(_ quantity: Int64, of scope: Scope, at instant: Instant) {
    if let id = scope.resource { meter.use(quantity, of: id, at: instant) }
    let resource = "\(scope)"
    track.inUse[resource] = quantity
    track.isPresent = true
    track.note(instant)
    if usages[resource, default: []].last?.at == instant { usages[resource]?.removeLast() }
    if usages[resource, default: []].count < EnvironmentChronicle.pointsMax {
      usages[resource, default: []].append(ReportedUsage.Point(at: instant, quantity: quantity))
    }
  }
}

extension Zone {
  /// The first moment of a day.
  fileprivate func midnight(_ date: CivilDate) -> Instant { instants(of: CivilDateTime(date)).earliest }
}
