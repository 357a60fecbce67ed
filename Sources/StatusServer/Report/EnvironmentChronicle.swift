import Calendar
import Reconciliation
import StatusAPI

/// One environment's part of a ``Chronicle``.
struct EnvironmentChronicle: Sendable {
  var track = StateTrack()
  var usages: [String: [ReportedUsage.Point]] = [:]
  var work: [WorkKey: ReportedWork] = [:]
  var days: [CivilDate: (done: Int, failed: Int)] = [:]

  struct WorkKey: Hashable, Sendable, Comparable {
    let controller: String
    let verb: String

    static func < (left: WorkKey, right: WorkKey) -> Bool {
      (left.controller, left.verb) < (right.controller, right.verb)
    }
  }

  /// How many changes of one count are told: more are finer than a plot is wide.
  static let pointsMax = 2_000

  mutating func work(_ event: Event, _ controller: String, _ verb: String, isDone: Bool, on date: CivilDate) {
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
    var day = days[date] ?? (0, 0)
    day.done += isDone ? 1 : 0
    day.failed += isDone ? 0 : 1
    days[date] = day
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

  mutating func use(_ quantity: Int64, of resource: String, at instant: Instant) {
    track.inUse[resource] = quantity
    track.isPresent = true
    track.note(instant)
    if usages[resource, default: []].last?.at == instant { usages[resource]?.removeLast() }
    if usages[resource, default: []].count < EnvironmentChronicle.pointsMax {
      usages[resource, default: []].append(ReportedUsage.Point(at: instant, quantity: quantity))
    }
  }
}

/// How an environment stood over time.
struct StateTrack: Sendable {
  var isPresent = false
  var isStopped = false
  var unknown: Set<String> = []
  var degraded: Set<String> = []
  var inUse: [String: Int64] = [:]
  private(set) var changes: [(at: Instant, state: String)] = []

  init() {}

  /// Nothing is kept any more.
  init(afterRelease track: StateTrack) {
    changes = track.changes
    isStopped = track.isStopped
  }

  private var state: String {
    if !isPresent { return "absent" }
    if isStopped { return "stopped" }
    if !unknown.isEmpty { return "unknown" }
    if !degraded.isEmpty { return "degraded" }
    return !inUse.isEmpty && inUse.values.allSatisfy { $0 == 0 } ? "closed" : "ready"
  }

  /// Remembers how it stands from `instant` on, if that is news.
  mutating func note(_ instant: Instant) {
    let state = state
    if changes.last?.at == instant { changes.removeLast() }
    if changes.last?.state != state { changes.append((instant, state)) }
  }

  /// The stretches from `start` to `end`, without a gap; `waits` are when something waited, which shows only where
  /// nothing worse was.
  func states(from start: Instant, to end: Instant, waits: [Range<Instant>]) -> [ReportedState] {
    let states = states(from: start, to: end)
    let edges = Set(
      states.map(\.from) + waits.flatMap { [$0.lowerBound, $0.upperBound] }.filter { $0 > start && $0 < end })
    var overlaid: [ReportedState] = []
    var index = 0
    for (from, to) in zip(edges.sorted(), edges.sorted().dropFirst() + [end]) {
      while states[index].to <= from, index + 1 < states.count { index += 1 }
      let isWaiting =
        ["ready", "closed"].contains(states[index].state) && waits.contains { $0.contains(from) }
      let state = isWaiting ? "waiting" : states[index].state
      if overlaid.last?.state == state {
        overlaid[overlaid.count - 1].to = to
      } else {
        overlaid.append(ReportedState(state: state, from: from, to: to))
      }
    }
    return overlaid
  }

  private func states(from start: Instant, to end: Instant) -> [ReportedState] {
    var states: [ReportedState] = []
    var (since, state) = (start, "absent")
    for change in changes where change.state != state {
      // A clock that was set back makes no time negative.
      let at = min(max(change.at, since), end)
      if at > since { states.append(ReportedState(state: state, from: since, to: at)) }
      (since, state) = (at, change.state)
    }
    if end > since || states.isEmpty { states.append(ReportedState(state: state, from: since, to: end)) }
    return states
  }
}
