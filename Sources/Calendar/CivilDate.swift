/// A day of the proleptic Gregorian calendar, in no particular zone.
public struct CivilDate: Sendable, Hashable {
  /// The year; 2026 is 2026.
  public let year: Int
  /// The month, 1 to 12.
  public let month: Int
  /// The day of the month, from 1.
  public let day: Int

  /// The day, or nil if there is no such day (`2026-02-29`) or its year is outside 1 to 9999.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= Self.dayCount(ofMonth: month, in: year)
    else { return nil }
    self.init(unchecked: year, month, day)
  }

  init(unchecked year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day so many days after 1970-01-01.
  ///
  /// The method is Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is last.
  public init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    self.init(
      unchecked: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  /// Days since 1970-01-01; negative before.
  public var daysSinceEpoch: Int { Self.days(year: year, month: month, day: day) }

  /// The day of the week.
  public var weekday: Weekday { Weekday(daysSinceEpoch: daysSinceEpoch) }

  /// The date so many days later, or earlier if negative.
  public func adding(days: Int) -> CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch + days) }

  /// The date so many months later (or earlier), on the same day or, where that month is shorter, on its
  /// last: 31 January and one month is 28 February.
  public func adding(months: Int) -> CivilDate {
    let monthsSinceZero = year * 12 + (month - 1) + months
    let newYear = monthsSinceZero.flooredQuotient(12)
    let newMonth = monthsSinceZero.flooredRemainder(12) + 1
    return CivilDate(
      unchecked: newYear, newMonth, min(day, Self.dayCount(ofMonth: newMonth, in: newYear)))
  }

  /// How many days a month (1 to 12) of a year has.
  public static func dayCount(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Whether the year has a 29 February.
  public static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Days since 1970-01-01 of a date whose day may lie outside its month; the month must be 1 to 12.
  static func days(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear.flooredQuotient(400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

extension CivilDate: Comparable {
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

extension CivilDate: CustomStringConvertible {
  /// The date as `2026-11-21`.
  public var description: String {
    "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// Reads `2026-11-21`; nil if it is no such date.
  public init?(_ text: String) {
    var scanner = Scanner(text)
    guard let year = scanner.digits(exactly: 4), scanner.skip("-"),
      let month = scanner.digits(exactly: 2), scanner.skip("-"),
      let day = scanner.digits(exactly: 2), scanner.isAtEnd
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}
