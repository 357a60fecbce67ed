import Calendar
import StatusAPI

/// How an environment stood over time.
struct StateTrack: Sendable {
  var isPresent = false
  var isStopped = false
  var unknown: Set<String> = []
  var degraded: Set<String> = []
  var inUse: [String: Int64] = [:]
  private(set) var changes: [(at: Instant, state: String)] = []
  /// What lasted less than this is told as part of what was before it.
  private var grain = Duration.seconds(1)

  /// How many changes are told: more are finer than a plot is wide, and than anybody reads.
  static let changesMax = 2_000

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
    while changes.count > StateTrack.changesMax { coarsen() }
  }

  /// What flaps all the time is told as what was the worst of it.
  private mutating func coarsen() {
    grain += grain
    var kept: [(at: Instant, state: String)] = []
    for (index, change) in changes.enumerated() {
      let isShort = index + 1 < changes.count && change.at.distance(to: changes[index + 1].at) < grain
      guard isShort, let last = kept.last else {
        if kept.last?.state != change.state { kept.append(change) }
        continue
      }
      kept[kept.count - 1].state = [last.state, change.state].max {
        (StateTrack.byWorry.firstIndex(of: $0) ?? 0) < (StateTrack.byWorry.firstIndex(of: $1) ?? 0)
      }!
    }
    changes = kept
  }

  private static let byWorry = ["absent", "closed", "ready", "stopped", "degraded", "unknown"]

  /// The stretches from `start` to `end`, without a gap; `waits` are when something waited, which shows only where
  /// nothing worse was.
  func states(from start: Instant, to end: Instant, waits: [Range<Instant>]) -> [ReportedState] {
    let states = states(from: start, to: end)
    let edges = Set(
      states.map(\.from) + waits.flatMap { [$0.lowerBound, $0.upperBound] }.filter { $0 > start && $0 < end }
    ).sorted()
    var overlaid: [ReportedState] = []
    var index = 0
    for (from, to) in zip(edges, edges.dropFirst() + [end]) {
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
