/// A stretch of time that recurs each week, `Mon..Fri 07:00-20:00`.
///
/// A window whose end is not after its start ends on the following day: `Fri 22:00-06:00` closes on Saturday.
/// The weekdays are those on which it opens.
public struct Window: Sendable, Hashable {
  /// A stretch of a day; it runs into the next day where its end is not after its start.
  public struct Stretch: Sendable, Hashable {
    /// When it opens, before 24:00.
    public let start: TimeOfDay
    /// When it closes, after 00:00 of its day.
    public let end: TimeOfDay

    /// A stretch; nil if it would be empty or open at 24:00. All day is `00:00-24:00`.
    public init?(start: TimeOfDay, end: TimeOfDay) {
      guard start != end, start < .endOfDay else { return nil }
      self.start = start
      self.end = end
    }

    /// Minutes from 00:00 of the opening day to the end.
    var endMinutes: Int { end > start ? end.minutes : end.minutes + TimeOfDay.endOfDay.minutes }
  }

  /// The stretches, in the order written.
  public let stretches: [Stretch]

  let weekdays: WeekdaySet

  /// A window of some stretches on some weekdays, every day if not said.
  public init(_ stretches: [Stretch], on days: [Weekday] = Weekday.allCases) {
    self.stretches = stretches
    weekdays = WeekdaySet(days)
  }

  /// `00:00-24:00`, every day.
  public static let allWeek = Window([Stretch(start: .midnight, end: .endOfDay)!])
}

extension Window: CustomStringConvertible {
  /// The window as `Mon..Fri 07:00-12:00,13:00-20:00`.
  public var description: String {
    let times = stretches.map(\.description).joined(separator: ",")
    return weekdays == .all ? times : "\(weekdays) \(times)"
  }
}

extension Window.Stretch: CustomStringConvertible {
  /// The stretch as `07:00-20:00`.
  public var description: String { "\(start)-\(end)" }
}

extension Window {
  /// Reads a window: weekdays as systemd writes them, or none for every day, then one or more `HH:MM-HH:MM`.
  public init(_ text: String) throws(CalendarError) {
    do throws(CalendarError) {
      var scanner = Scanner(text)
      scanner.skipSpaces()
      weekdays = try WeekdaySet(&scanner) ?? .all
      stretches = try Self.stretches(&scanner)
    } catch {
      throw CalendarError("\(inQuotes(text)) is no window: \(error.message)")
    }
  }

  private static func stretches(_ scanner: inout Scanner) throws(CalendarError) -> [Stretch] {
    guard !scanner.isAtEnd else {
      throw CalendarError("times are missing, as 07:00-20:00; all day is 00:00-24:00")
    }
    var stretches: [Stretch] = []
    repeat {
      scanner.skipSpaces()
      stretches.append(try stretch(&scanner))
      scanner.skipSpaces()
    } while scanner.skip(",")
    guard scanner.isAtEnd else { throw CalendarError("\(inQuotes(scanner.rest)) is not expected there") }
    return stretches
  }

  private static func stretch(_ scanner: inout Scanner) throws(CalendarError) -> Stretch {
    let start = try time(&scanner)
    guard scanner.skip("-") || scanner.skip("..") else {
      throw CalendarError("after \(start) comes a hyphen and the end, as 07:00-20:00")
    }
    let end = try time(&scanner)
    guard let stretch = Stretch(start: start, end: end) else {
      throw CalendarError(
        start == end
          ? "\(start)-\(end) is empty; all day is 00:00-24:00"
          : "nothing opens at 24:00; write 00:00 of the next day")
    }
    return stretch
  }

  private static func time(_ scanner: inout Scanner) throws(CalendarError) -> TimeOfDay {
    let rest = scanner.rest
    guard let time = TimeOfDay(&scanner) else {
      throw CalendarError(
        "\(inQuotes(rest)) does not begin with a time; one looks like 07:00, the last is 24:00")
    }
    return time
  }
}
