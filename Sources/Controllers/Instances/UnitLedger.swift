import Calendar
import Host
import Reconciliation
import Synchronization
import Systemd

/// What the controller knows of units besides what a look shows: how the last run of each ended, what it used when it
/// was last measured. Like ``Ledger`` it holds nothing that a daemon could not do without.
final class UnitLedger: Sendable {
  private struct Run {
    let invocation: String
    let startedAt: Instant
    /// How often systemd had started the unit again when it had last run for long enough.
    var restartsBefore: Int
    var gauge: Gauge?
    /// Of its main process.
    var watch: ProcessWatch?
  }

  private struct State {
    var runs: [UnitName: Run] = [:]
    var ends: [UnitName: EndedInstance] = [:]
    /// The run whose end was counted last.
    var counted: [UnitName: String] = [:]
  }

  private let state = Mutex(State())

  /// Takes in how a unit was seen to stand. Returns the end of a run that this look is the first to show.
  func saw(_ seen: UnitState, _ unit: UnitName, _ given: UnitMark.Given, at now: Instant) -> EndedInstance? {
    state.withLock { state in
      let isWaiting = seen.phase == "auto-restart"
      return seen.isUp && !isWaiting
        ? sawRun(seen, unit, given, now, &state) : sawEnd(seen, unit, given, now, &state)
    }
  }

  private func sawRun(
    _ seen: UnitState, _ unit: UnitName, _ given: UnitMark.Given, _ now: Instant, _ state: inout State
  ) -> EndedInstance? {
    let startedAt = seen.startedAt ?? seen.activeAt ?? now
    let before = state.runs[unit]
    let isLong = startedAt.distance(to: now) >= EndedInstance.quick
    // Who looks for the first time counts from here.
    let restarts = isLong ? seen.restarts : min(before?.restartsBefore ?? 0, seen.restarts)
    if before?.invocation != seen.invocation || isLong {
      state.runs[unit] = Run(
        invocation: seen.invocation, startedAt: startedAt, restartsBefore: restarts,
        gauge: before?.invocation == seen.invocation ? before?.gauge : nil,
        watch: before?.invocation == seen.invocation ? before?.watch : nil)
    }
    let deaths = seen.restarts - restarts
    guard deaths > 0, before?.invocation != seen.invocation else { return nil }
    return note(
      EndedInstance(
        index: unit.index, endedAt: startedAt, end: "ended, and systemd started it again",
        quickDeaths: deaths,
        revision: given.revision), unit, &state)
  }

  private func sawEnd(
    _ seen: UnitState, _ unit: UnitName, _ given: UnitMark.Given, _ now: Instant, _ state: inout State
  ) -> EndedInstance? {
    let before = state.runs[unit]
    let run = seen.invocation.isEmpty ? before?.invocation ?? "" : seen.invocation
    guard before != nil || seen.activity != .inactive, state.counted[unit] != run else { return nil }
    state.counted[unit] = run
    if seen.phase != "auto-restart" { state.runs[unit] = nil }
    let endedAt = seen.endedAt ?? now
    let isQuick = (seen.startedAt ?? before?.startedAt ?? now).distance(to: endedAt) < EndedInstance.quick
    let again = seen.restarts - (before?.restartsBefore ?? 0)
    let old = state.ends[unit].flatMap { $0.revision == given.revision ? $0.quickDeaths : nil } ?? 0
    return note(
      EndedInstance(
        index: unit.index, endedAt: endedAt, end: seen.endWords,
        quickDeaths: isQuick ? max(old, again) + 1 : 0,
        revision: given.revision), unit, &state)
  }

  private func note(_ end: EndedInstance, _ unit: UnitName, _ state: inout State) -> EndedInstance {
    state.ends[unit] = end
    return end
  }

  /// Has `onEnd` called when the main process of what runs now ends, so that nobody need wait for the next look.
  func watch(_ seen: UnitState, _ unit: UnitName, _ onEnd: @escaping @Sendable () -> Void) {
    state.withLock { state in
      guard seen.mainProcess > 0, let run = state.runs[unit], run.watch == nil else { return }
      state.runs[unit]?.watch = ProcessWatch(of: seen.mainProcess, onEnd: onEnd)
    }
  }

  /// How the last run of each of these units ended, by index.
  func ends(of units: some Sequence<UnitName>) -> [EndedInstance] {
    state.withLock { state in units.compactMap { state.ends[$0] }.sorted { $0.index < $1.index } }
  }

  /// Keeps the last words of a run.
  func tell(_ lines: [String], of unit: UnitName) { state.withLock { $0.ends[unit]?.lastLines = lines } }

  /// The daemon itself ends the run: it is nobody's accident. One that only starts a unit goes on counting.
  func willAct(on unit: UnitName, forgettingEnds: Bool) {
    state.withLock { state in
      state.runs[unit] = nil
      guard forgettingEnds else { return }
      state.ends[unit] = nil
      state.counted[unit] = nil
    }
  }

  /// What the unit uses: measured anew where the last measurement is old.
  func measure(_ seen: UnitState, _ unit: UnitName, at now: Duration, age: Duration) -> Gauge? {
    guard let processor = seen.processorMicroseconds, let memory = seen.memoryBytes else { return nil }
    return state.withLock { state in
      let last = state.runs[unit].flatMap { $0.invocation == seen.invocation ? $0.gauge : nil }
      if let last, last.isFresh(at: now) { return last }
      let use = ResourceUse(processorMicroseconds: processor, residentBytes: memory, threads: seen.tasks ?? 1)
      let gauge = Gauge(use, at: now, after: last, age: age)
      state.runs[unit]?.gauge = gauge
      return gauge
    }
  }
}
