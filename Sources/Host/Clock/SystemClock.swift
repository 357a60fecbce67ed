internal import CLinux
public import Calendar
internal import Glibc
internal import Synchronization

/// The machine's clocks.
///
/// Sleeps cost one timer each kind, not a task each: a timerfd holds the earliest deadline. The wall timer is
/// armed with TFD_TIMER_CANCEL_ON_SET (timerfd_create(2)), so that the kernel itself says when someone set
/// the clock or the machine woke from suspend; nothing is polled.
public struct SystemClock: WallClock {
  /// The machine's clocks.
  public init() {}

  public var now: Instant {
    let time = Self.read(CLOCK_REALTIME)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  public var monotonic: Duration {
    let time = Self.read(CLOCK_MONOTONIC)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  public func sleep(until deadline: Instant) async throws -> Wake {
    try Task.checkCancellation()
    if deadline <= now { return .due }
    return try await Timers.shared.get().sleep(until: deadline)
  }

  public func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    if duration <= .zero { return }
    try await Timers.shared.get().sleep(untilMonotonic: monotonic + duration)
  }

  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
  }
}

/// The two timers behind every sleep of the process.
private final class Timers: Sendable {
  static let shared = Result { try Timers() }

  private let wallTimer: Descriptor
  private let monotonicTimer: Descriptor
  private let wallSleepers = SleeperQueue<Instant>()
  private let monotonicSleepers = SleeperQueue<Duration>()
  /// Held while a timer is set, so that a later deadline never overwrites an earlier one.
  private let arming = Mutex(())
  private let clock = SystemClock()

  init() throws(HostError) {
    let flags = Int32(TFD_CLOEXEC | TFD_NONBLOCK)
    wallTimer = try Descriptor(timerfd_create(CLOCK_REALTIME, flags), "make", "the wall-clock timer")
    monotonicTimer = try Descriptor(timerfd_create(CLOCK_MONOTONIC, flags), "make", "the timer")
    _ = try Poller.quiet.add(wallTimer.raw, "the wall-clock timer") { [unowned self] in wallTimerRang() }
    _ = try Poller.quiet.add(monotonicTimer.raw, "the timer") { [unowned self] in monotonicTimerRang() }
  }

  func sleep(until deadline: Instant) async throws -> Wake {
    try await wallSleepers.sleep(until: deadline) { armWall() }
  }

  func sleep(untilMonotonic deadline: Duration) async throws {
    _ = try await monotonicSleepers.sleep(until: deadline) { armMonotonic() }
  }

  private func wallTimerRang() {
    var expirations: UInt64 = 0
    let count = read(wallTimer.raw, &expirations, MemoryLayout<UInt64>.size)
    let wasSet = count < 0 && errno == ECANCELED
    wallSleepers.wakeDue(by: clock.now)
    if wasSet { wallSleepers.wakeAll(.stepped) }
    armWall()
  }

  private func monotonicTimerRang() {
    var expirations: UInt64 = 0
    _ = read(monotonicTimer.raw, &expirations, MemoryLayout<UInt64>.size)
    monotonicSleepers.wakeDue(by: clock.monotonic)
    armMonotonic()
  }

  private func armWall() {
    arming.withLock { _ in
      guard let earliest = wallSleepers.earliest else { return }
      var time = itimerspec()
      time.it_value.tv_sec = Int(earliest.microseconds / 1_000_000)
      time.it_value.tv_nsec = Int(earliest.microseconds % 1_000_000 * 1_000)
      // Zero would disarm; such a deadline is long past and due at once.
      if earliest.microseconds <= 0 { time.it_value = timespec(tv_sec: 0, tv_nsec: 1) }
      let flags = Int32(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)
      timerfd_settime(wallTimer.raw, flags, &time, nil)
    }
  }

  private func armMonotonic() {
    arming.withLock { _ in
      guard let earliest = monotonicSleepers.earliest else { return }
      let (seconds, attoseconds) = max(earliest, .nanoseconds(1)).components
      var time = itimerspec()
      time.it_value.tv_sec = Int(seconds)
      time.it_value.tv_nsec = Int(attoseconds / 1_000_000_000)
      timerfd_settime(monotonicTimer.raw, Int32(TFD_TIMER_ABSTIME), &time, nil)
    }
  }
}
