public import Calendar

/// The door to time. The one in use is ``SystemClock``; tests hold a ``VirtualClock``.
public protocol WallClock: Sendable {
  /// The moment it is, as calendars count. May step either way when someone sets the machine's clock.
  var now: Instant { get }

  /// Time since some fixed moment, for measuring how long things take. Never steps.
  var monotonic: Duration { get }

  /// Sleeps until it is `deadline`, or until someone sets the wall clock, whichever is first: after a step,
  /// what is due must be decided anew.
  /// - Throws: `CancellationError`.
  @discardableResult
  func sleep(until deadline: Instant) async throws -> Wake

  /// Sleeps for `duration`, whatever happens to the wall clock meanwhile.
  /// - Throws: `CancellationError`.
  func sleep(for duration: Duration) async throws
}

/// Why a sleep until a wall-clock moment ended.
public enum Wake: Hashable, Sendable {
  /// The moment has come.
  case due
  /// The wall clock was set meanwhile; the moment may still be ahead.
  case stepped
}
