public import Calendar

/// How long the daemon waits before it tries the same action again.
///
/// The same action means the same value: an instance that dies as soon as it starts is the same `start` again and
/// again, while two purges of different files are two actions. So a change that did not take, a failure and a crash
/// loop are one case with one rule.
public struct Backoff: Sendable, Hashable {
  /// The pause before the first repetition.
  static let first = Duration.seconds(1)
  /// The longest pause: an operator who mends the cause should not wait longer than a coffee.
  static let longest = Duration.seconds(300)
  /// An action that has not been needed for this long, and for four times its pause, starts over: what runs for a
  /// minute between two deaths is no crash loop, and a long pause must not end by resetting itself.
  static let settled = Duration.seconds(60)

  /// How many times in a row it was attempted.
  public let attempts: Int
  /// When the last attempt ended.
  public let endedAt: Instant
  /// Whose pauses are drawn apart, so that a hundred resources do not retry in step.
  public let resource: ResourceID

  /// The pause after the last attempt: doubling, at most ``longest``, and moved by up to a quarter of itself by a
  /// hash of resource and attempt. No random number: the same history gives the same pause.
  public var pause: Duration {
    let doubled = Backoff.first * (1 << min(max(attempts - 1, 0), 12))
    let base = min(doubled, Backoff.longest)
    let spread = Int(Backoff.hash("\(resource)#\(attempts)") % 501) - 250
    return base + base * spread / 1000
  }

  /// So many attempts, the last of which ended then.
  public init(attempts: Int, endedAt: Instant, resource: ResourceID) {
    self.attempts = attempts
    self.endedAt = endedAt
    self.resource = resource
  }

  /// When the next attempt may begin.
  public var nextAttempt: Instant { endedAt + pause }

  /// Whether the history no longer counts at `now`. One that ended later than now was written by a clock that has
  /// been set back since, and would hold the action up for as long as the clock was wrong.
  public func isSettled(at now: Instant) -> Bool {
    // The pause last: it takes a hash, and most histories are young.
    now < endedAt || now > endedAt + Backoff.settled && now > endedAt + pause * 4
  }

  /// FNV-1a, 64 bits: stable across runs and machines, which Swift's `Hasher` is not.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
