public import Calendar
internal import Synchronization

/// A clock that moves only when told to: for tests, forecasts and simulations.
///
/// Advancing wakes sleepers in order of deadline, then of arrival, and by the time ``advance(by:)`` returns
/// all that are due have been told. A woken task runs when Swift lets it; ``sleepers(atLeast:)`` waits until
/// it sleeps again.
public final class VirtualClock: WallClock {
  private struct Times {
    var wall: Instant
    var monotonic: Duration = .zero
    var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let times: Mutex<Times>
  private let wallSleepers = SleeperQueue<Instant>()
  private let monotonicSleepers = SleeperQueue<Duration>()

  /// A clock that stands at `start`.
  public init(at start: Instant) {
    times = Mutex(Times(wall: start))
  }

  public var now: Instant { times.withLock(\.wall) }
  public var monotonic: Duration { times.withLock(\.monotonic) }

  public func sleep(until deadline: Instant) async throws -> Wake {
    try Task.checkCancellation()
    if deadline <= now { return .due }
    return try await wallSleepers.sleep(until: deadline) { tellWaiters() }
  }

  public func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    if duration <= .zero { return }
    _ = try await monotonicSleepers.sleep(until: monotonic + duration) { tellWaiters() }
  }

  /// Lets `duration` pass on both clocks.
  public func advance(by duration: Duration) {
    let (wall, monotonic) = times.withLock { times in
      times.wall = times.wall + duration
      times.monotonic += duration
      return (times.wall, times.monotonic)
    }
    wallSleepers.wakeDue(by: wall)
    monotonicSleepers.wakeDue(by: monotonic)
  }

  /// Lets time pass until it is `moment`, which must not be past.
  public func advance(to moment: Instant) {
    advance(by: now.distance(to: moment))
  }

  /// Sets the wall clock as a person would, forward or back, while no time passes: every sleeper that waits
  /// for a wall moment wakes, with ``Wake/due`` or ``Wake/stepped``.
  public func set(to moment: Instant) {
    times.withLock { $0.wall = moment }
    wallSleepers.wakeDue(by: moment)
    wallSleepers.wakeAll(.stepped)
  }

  /// The earliest wall moment somebody sleeps until.
  public var nextDeadline: Instant? { wallSleepers.earliest }

  /// Returns once at least `count` tasks sleep on this clock.
  public func sleepers(atLeast count: Int) async {
    await withCheckedContinuation { continuation in
      times.withLock { $0.waiting.append((count, continuation)) }
      tellWaiters()
    }
  }

  private func tellWaiters() {
    let asleep = wallSleepers.count + monotonicSleepers.count
    let told = times.withLock { times in
      let told = times.waiting.filter { $0.count <= asleep }
      times.waiting.removeAll { $0.count <= asleep }
      return told
    }
    for (_, continuation) in told { continuation.resume() }
  }
}
