/// What a calendar and a clock on the wall show, in no particular zone, to the microsecond.
public struct CivilDateTime: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Microseconds since 1970-01-01 00:00 on that wall.
  let microseconds: Int64

  init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// A date and a time of day. Hours may be 24 and more, and then lie on a following day.
  public init(_ date: CivilDate, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0) {
    let seconds = ((Int64(date.daysSinceEpoch) * 24 + Int64(hour)) * 60 + Int64(minute)) * 60 + Int64(second)
    microseconds = seconds * 1_000_000 + Int64(microsecond)
  }

  /// The day.
  public var date: CivilDate {
    CivilDate(daysSinceEpoch: Int(microseconds.flooredQuotient(Self.microsecondsPerDay)))
  }

  /// Microseconds since 00:00 of that day.
  public var microsecondOfDay: Int { Int(microseconds.flooredRemainder(Self.microsecondsPerDay)) }

  /// The hour, 0 to 23.
  public var hour: Int { microsecondOfDay / 3_600_000_000 }

  /// The minute, 0 to 59.
  public var minute: Int { microsecondOfDay / 60_000_000 % 60 }

  /// The second, 0 to 59.
  public var second: Int { microsecondOfDay / 1_000_000 % 60 }

  /// The microsecond, 0 to 999,999.
  public var microsecond: Int { microsecondOfDay % 1_000_000 }

  public static func < (left: CivilDateTime, right: CivilDateTime) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The wall's reading as `2026-11-21 13:03:00`, with a fraction only if there is one.
  public var description: String { "\(date) \(timeOfDay)" }

  /// The time as `13:03:00` or `13:03:00.25`.
  var timeOfDay: String {
    let time = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
    guard microsecond != 0 else { return time }
    var fraction = padded(microsecond, 6)
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(time).\(fraction)"
  }

  static let microsecondsPerDay: Int64 = 86_400_000_000
}

/// A number with leading zeros up to a width; numbers of more digits stay whole.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
  return (number < 0 ? "-" : "") + zeros + digits
}
