import Calendar
import Host
import Reconciliation
import Synchronization

/// What the controller knows of its children besides what a look shows: what each was started with, how the last one
/// of each instance ended, what they used when they were last measured.
///
/// It holds nothing that a daemon could not do without: after a start it is empty, and looks fill it.
final class Ledger: Sendable {
  struct Entry: Sendable {
    let child: Child
    let mark: Mark
    var gauge: Gauge?
  }

  struct State {
    /// By run.
    var entries: [String: Entry] = [:]
    /// What is being started, by instance: a child may end before its start has returned.
    var starting: [String: Mark] = [:]
    /// The runs that are being stopped: their end is nobody's accident.
    var stopping: Set<String> = []
    /// The last run of each instance that ended: what a look still finds of it is about to go.
    var lastRun: [String: String] = [:]
    /// The last accident of each instance.
    var ends: [String: End] = [:]
    /// The last look at all processes of the machine.
    var census: (at: Duration, children: Task<[Child], any Error>)?
  }

  /// How an instance ended by itself.
  struct End: Sendable {
    let mark: Mark
    let endedAt: Instant
    let end: ProcessEnd
    let quickDeaths: Int
    /// Nil until a look has asked for them.
    var lines: [String]?
  }

  let changes: AsyncStream<ResourceID>
  private let news: AsyncStream<ResourceID>.Continuation
  private let clock: any WallClock
  let state = Mutex(State())

  /// Changes that nobody reads are dropped: the next look sees the same.
  private static let changesMax = 1024

  init(clock: any WallClock) {
    self.clock = clock
    (changes, news) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Ledger.changesMax))
  }

  /// Takes in the ends of children for as long as the stream lasts.
  func follow(_ exits: AsyncStream<ChildExit>) {
    Task { [weak self] in
      for await exit in exits { self?.ended(exit) }
    }
  }

  // MARK: What happens to children

  func willStart(_ mark: Mark) { state.withLock { $0.starting[mark.instance] = mark } }

  func didStart(_ child: Child?, _ mark: Mark) {
    state.withLock { state in
      state.starting[mark.instance] = nil
      guard let child else {
        // It may have met one that runs, and that hid from the last look at all processes.
        state.census = nil
        return
      }
      if state.lastRun[child.instance] != child.run {
        state.entries[child.run] = Entry(child: child, mark: mark)
      }
    }
  }

  func adopted(_ child: Child, _ mark: Mark) {
    state.withLock { $0.entries[child.run] = Entry(child: child, mark: mark) }
  }

  func willStop(_ child: Child) { state.withLock { _ = $0.stopping.insert(child.run) } }

  func didStop(_ child: Child, hasEnded: Bool) {
    state.withLock { state in
      state.stopping.remove(child.run)
      guard hasEnded else { return }
      state.entries[child.run] = nil
      state.lastRun[child.instance] = child.run
      // A stop that was asked for begins a new count of accidents.
      state.ends[child.instance] = nil
    }
  }

  private func ended(_ exit: ChildExit) {
    let child = exit.child
    let now = clock.now
    let resource = state.withLock { state -> ResourceID? in
      state.lastRun[child.instance] = child.run
      guard let mark = state.entries.removeValue(forKey: child.run)?.mark ?? state.starting[child.instance]
      else { return nil }
      guard !state.stopping.contains(child.run) else { return mark.resource }
      let before = state.ends[child.instance]
      let isQuick = mark.startedAt.distance(to: now) < EndedInstance.quick
      let isAnother = before?.mark.revision == mark.revision
      state.ends[child.instance] = End(
        mark: mark, endedAt: now, end: exit.end,
        quickDeaths: isQuick ? (isAnother ? before?.quickDeaths ?? 0 : 0) + 1 : 0)
      return mark.resource
    }
    if let resource { news.yield(resource) }
  }

  /// Something of `resource` changed by itself.
  func tell(_ resource: ResourceID) { news.yield(resource) }

  // MARK: Questions

  func entries(of resource: ResourceID) -> [Entry] {
    state.withLock { $0.entries.values.filter { $0.mark.resource == resource } }
  }

  func hasEnded(_ child: Child) -> Bool { state.withLock { $0.lastRun[child.instance] == child.run } }

  func ends(of resource: ResourceID) -> [End] {
    state.withLock { $0.ends.values.filter { $0.mark.resource == resource } }.sorted {
      $0.mark.index < $1.mark.index
    }
  }

  func tell(_ lines: [String], of end: End) {
    state.withLock { state in
      guard state.ends[end.mark.instance]?.mark == end.mark else { return }
      state.ends[end.mark.instance]?.lines = lines
    }
  }

  func measured(_ gauge: Gauge, _ run: String) { state.withLock { $0.entries[run]?.gauge = gauge } }
}
