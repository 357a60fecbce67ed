/// A month of the calendar, `2026-11`: what budgets are written for.
public struct CivilMonth: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The year.
  public let year: Int
  /// 1 to 12.
  public let month: Int

  private init(_ year: Int, _ month: Int) {
    self.year = year
    self.month = month
  }

  /// The month in which `instant` lies, by the clocks of `zone`.
  public init(of instant: Instant, in zone: Zone) {
    let date = zone.civil(at: instant).date
    self.init(date.year, date.month)
  }

  /// Reads `2026-11`; nil where it is none.
  public init?(_ text: String) {
    guard let date = CivilDate("\(text)-01") else { return nil }
    self.init(date.year, date.month)
  }

  /// The month that follows.
  public var next: CivilMonth { month == 12 ? CivilMonth(year + 1, 1) : CivilMonth(year, month + 1) }

  /// When it begins in `zone`: the first showing of its first midnight.
  public func start(in zone: Zone) -> Instant {
    // Every month has a first day.
    guard let first = CivilDate(year: year, month: month, day: 1) else { return .distantPast }
    return zone.instants(of: CivilDateTime(first)).earliest
  }

  /// From its beginning to the next one's, in `zone`.
  public func span(in zone: Zone) -> Range<Instant> { start(in: zone)..<next.start(in: zone) }

  public var description: String { "\(padded(year, 4))-\(padded(month, 2))" }

  public static func < (left: CivilMonth, right: CivilMonth) -> Bool {
    (left.year, left.month) < (right.year, right.month)
  }
}
