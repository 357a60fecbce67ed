/// A time on a wall clock to the minute, `07:00`; as an end also `24:00`.
public struct TimeOfDay: Sendable, Hashable, Comparable {
  /// Minutes since 00:00, 0 to 1440.
  public let minutes: Int

  /// 00:00.
  public static let midnight = TimeOfDay(minutes: 0)
  /// 24:00, the end of a day.
  public static let endOfDay = TimeOfDay(minutes: 1440)

  private init(minutes: Int) { self.minutes = minutes }

  /// A time from `0:00` to `24:00`; nil outside.
  public init?(hour: Int, minute: Int = 0) {
    guard (0...24).contains(hour), (0...59).contains(minute), hour < 24 || minute == 0 else { return nil }
    self.init(minutes: hour * 60 + minute)
  }

  public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minutes < right.minutes }
}

extension TimeOfDay: CustomStringConvertible {
  /// The time as `07:00`.
  public var description: String { "\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))" }

  /// Reads `07:00` or `7:00`.
  public init(_ text: String) throws(CalendarError) {
    var scanner = Scanner(text)
    guard let time = TimeOfDay(&scanner), scanner.isAtEnd else {
      throw CalendarError("\(inQuotes(text)) is no time of day; one looks like 07:00, the last is 24:00")
    }
    self = time
  }

  init?(_ scanner: inout Scanner) {
    guard let hour = scanner.number(), scanner.skip(":"), let minute = scanner.digits(exactly: 2) else {
      return nil
    }
    self.init(hour: hour, minute: minute)
  }
}
