/// Days on which something stays closed whatever its windows say: `2026-12-24`, `2026-12-24..2027-01-01`.
public struct ClosedDates: Sendable, Hashable {
  /// The first closed day.
  public let first: CivilDate
  /// The last closed day, itself closed to its end.
  public let last: CivilDate

  /// Closed from the first day to the last; nil if the last is before the first.
  public init?(first: CivilDate, last: CivilDate) {
    guard first <= last else { return nil }
    self.first = first
    self.last = last
  }

  /// When it begins and ends: the whole of the days, a repeated or skipped midnight included.
  func span(in zone: Zone) -> Range<Instant> {
    let start = zone.instants(of: CivilDateTime(first)).earliest
    return start..<max(start, zone.instants(of: CivilDateTime(last, hour: 24)).latest)
  }
}

extension ClosedDates: CustomStringConvertible {
  /// The dates as they are written.
  public var description: String { first == last ? "\(first)" : "\(first)..\(last)" }

  /// Reads one date, or two with `..` between them.
  public init(_ text: String) throws(CalendarError) {
    let dots = text.utf8.indices.first { text.utf8[$0...].starts(with: "..".utf8) }
    let first = dots.map { String(text[..<$0]) } ?? text
    let last = dots.map { String(text[text.utf8.index($0, offsetBy: 2)...]) } ?? text
    let dates = (try Self.date(first, of: text), try Self.date(last, of: text))
    guard let closed = ClosedDates(first: dates.0, last: dates.1) else {
      throw CalendarError("\(inQuotes(text)) runs backwards; write the earlier date first")
    }
    self = closed
  }

  private static func date(_ text: String, of whole: String) throws(CalendarError) -> CivilDate {
    var trimmed = Substring(text)
    while trimmed.first == " " { trimmed.removeFirst() }
    while trimmed.last == " " { trimmed.removeLast() }
    guard let date = CivilDate(String(trimmed)) else {
      throw CalendarError(
        "\(inQuotes(whole)) is no date or range of dates; they look like 2026-12-24..2027-01-01")
    }
    return date
  }
}
