/// A length of time as systemd.time writes spans, `2h 30min`, with its months and years kept as calendar
/// months.
///
/// systemd takes a month for 30.44 days; here `1month` after 31 January is the last of February, in the zone
/// at hand. A year is twelve months. Everything else, days and weeks included, is exact: `1d` is 24 hours.
public struct TimeSpan: Sendable, Hashable {
  /// Calendar months, years included; never negative.
  public let months: Int
  /// The exact rest, in whole microseconds; never negative.
  public let duration: Duration

  /// A span of calendar months and an exact rest; negative numbers become zero.
  public init(months: Int = 0, duration: Duration = .zero) {
    self.months = max(0, months)
    self.duration = .microseconds(max(0, duration.wholeMicroseconds))
  }

  /// No time at all.
  public static let zero = TimeSpan()

  /// Whether it is no time at all.
  public var isZero: Bool { months == 0 && duration == .zero }

  /// Its length if months count as systemd counts them, 30.4375 days: for comparing spans, never for moments.
  public var nominalDuration: Duration {
    .seconds(Int64(months) * Self.secondsInNominalMonth) + duration
  }

  /// 365.25 days over 12.
  private static let secondsInNominalMonth: Int64 = 2_629_800
}

extension TimeSpan {
  /// The instant a span later: first the months by the zone's calendar, then the rest.
  ///
  /// Months keep the day and the time of day, on the month's last day where it is shorter. A time the zone's
  /// clocks skip becomes the end of the gap; of a time shown twice the first is taken.
  public func added(to instant: Instant, in zone: Zone) -> Instant {
    Self.shifted(instant, months: months, in: zone) + duration
  }

  /// The instant a span earlier: first the months by the zone's calendar, then the rest.
  public func subtracted(from instant: Instant, in zone: Zone) -> Instant {
    Self.shifted(instant, months: -months, in: zone) - duration
  }

  private static func shifted(_ instant: Instant, months: Int, in zone: Zone) -> Instant {
    guard months != 0 else { return instant }
    let civil = zone.civil(at: instant)
    let date = civil.date.adding(months: months)
    if date.year > 9999 { return .distantFuture }
    if date.year < 1 { return .distantPast }
    return zone.instants(of: CivilDateTime(date, microsecond: civil.microsecondOfDay)).earliest
  }
}
