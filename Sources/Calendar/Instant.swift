/// A moment in time: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Every instant lies in the years 0001 to 9999, so that each can be written as RFC 3339 and read back.
/// Arithmetic that would leave this range stops at its ends instead of trapping: a daemon must not die of
/// a period of a million years.
public struct Instant: Sendable, Hashable {
  /// Microseconds since the Unix epoch; negative before 1970.
  public let microseconds: Int64

  /// The instant so many microseconds after the Unix epoch, brought into the years 0001 to 9999.
  public init(microseconds: Int64) {
    self.microseconds = min(max(microseconds, Self.earliestMicroseconds), Self.latestMicroseconds)
  }

  /// The instant so many seconds after the Unix epoch, brought into the years 0001 to 9999.
  public init(seconds: Int64) {
    let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let saturated: Int64 = seconds < 0 ? .min : .max
    self.init(microseconds: overflow ? saturated : microseconds)
  }

  /// 0001-01-01T00:00:00Z.
  public static let distantPast = Instant(microseconds: .min)

  /// 9999-12-31T23:59:59.999999Z.
  public static let distantFuture = Instant(microseconds: .max)

  /// 1970-01-01T00:00:00Z.
  public static let epoch = Instant(microseconds: 0)

  private static let earliestMicroseconds: Int64 = -62_135_596_800_000_000
  private static let latestMicroseconds: Int64 = 253_402_300_799_999_999

  /// Whole seconds since the Unix epoch, rounded towards the past.
  public var seconds: Int64 { microseconds.flooredQuotient(1_000_000) }

  /// How long it is from this instant to the other; negative if the other is earlier.
  public func distance(to other: Instant) -> Duration {
    .microseconds(other.microseconds - microseconds)
  }
}

extension Instant: Comparable {
  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }
}

extension Instant {
  /// The instant a duration later; fractions of a microsecond are dropped.
  public static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(microseconds: instant.microseconds.saturatingAdd(duration.wholeMicroseconds))
  }

  /// The instant a duration earlier; fractions of a microsecond are dropped.
  public static func - (instant: Instant, duration: Duration) -> Instant {
    Instant(microseconds: instant.microseconds.saturatingSubtract(duration.wholeMicroseconds))
  }

  /// Moves the instant later by a duration.
  public static func += (instant: inout Instant, duration: Duration) {
    instant = instant + duration
  }
}
