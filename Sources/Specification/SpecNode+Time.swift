public import Calendar

extension SpecNode {
  /// A span as systemd writes it, longer than nothing: `30d`, `1h 30min`, `6mo`. A bare number has no unit
  /// and is refused, though systemd would take it for seconds.
  public func span() throws(Misreading) -> TimeSpan {
    let text = try formatted("a time span such as `30d` or `1h 30min`")
    guard !PlainScalar(text).isInteger else {
      throw Misreading(
        "`\(text)` has no unit: write `\(text)s`, `\(text)min`, `\(text)h` or `\(text)d`", at: place)
    }
    let span = try timed(text) { text throws(CalendarError) in try TimeSpan(text) }
    guard !span.isZero, span.months >= 0, span.duration >= .zero else {
      throw Misreading("\(quoted(text)) is no time at all; a span longer than that is wanted", at: place)
    }
    return span
  }

  /// A span without calendar months: how long to wait for something that takes seconds, not seasons.
  public func duration() throws(Misreading) -> Duration {
    let span = try span()
    guard span.months == 0 else {
      throw Misreading("months differ in length; write this span in days or less", at: place)
    }
    return span.duration
  }

  /// A recurrence as systemd's OnCalendar writes it: `daily`, `Mon 03:00`, `*-*-01`.
  public func recurrence(zones: ZoneDatabase) throws(Misreading) -> CalendarExpression {
    let text = try formatted("a calendar expression such as `daily` or `\"03:00\"`")
    return try timed(text) { text throws(CalendarError) in try CalendarExpression(text, zones: zones) }
  }

  /// The name of a time zone: `Europe/Berlin`.
  public func zone(zones: ZoneDatabase) throws(Misreading) -> Zone {
    try timed(try text()) { text throws(CalendarError) in try zones.zone(text) }
  }

  /// A window, a list of them, or `always`. Each is read alone, so that a mistake stands where the bad one
  /// stands.
  public func windows() throws(Misreading) -> [Window] {
    let nodes = try oneOrMore("a window such as `Mon..Fri 07:00-20:00`, or `always`")
    if nodes.count == 1, nodes[0].text == "always" { return Hours.always.windows }
    guard !nodes.isEmpty else {
      throw Misreading(
        "an empty list is never open; write `always`, or windows such as `Mon..Fri 07:00-20:00`", at: place)
    }
    var windows: [Window] = []
    for (text, node) in nodes {
      guard text != "always" else {
        throw Misreading("`always` stands alone, not among windows", at: node.place)
      }
      windows.append(try node.timed(text) { text throws(CalendarError) in try Window(text) })
    }
    return windows
  }

  /// One or a list of dates and ranges of dates: `2026-12-24..2027-01-01`.
  public func closedDates() throws(Misreading) -> [ClosedDates] {
    var dates: [ClosedDates] = []
    for (text, node) in try oneOrMore("a date or range of dates such as `2026-12-24..2027-01-01`") {
      dates.append(try node.timed(text) { text throws(CalendarError) in try ClosedDates(text) })
    }
    return dates
  }

  private func oneOrMore(_ wanted: String) throws(Misreading) -> [(text: String, node: SpecNode)] {
    guard case .list(let nodes) = content else { return [(try formatted(wanted), self)] }
    guard nodes.count <= Self.windowsMax else {
      throw Misreading("more than \(Self.windowsMax) are listed here", at: place)
    }
    var texts: [(text: String, node: SpecNode)] = []
    for node in nodes { texts.append((try node.formatted(wanted), node)) }
    return texts
  }

  /// Whoever asks for the next change of hours looks at all of them; no year has as many holidays.
  static let windowsMax = 100

  private func timed<Value>(
    _ text: String, by parse: (String) throws(CalendarError) -> Value
  ) throws(Misreading) -> Value {
    do throws(CalendarError) {
      return try parse(text)
    } catch {
      throw Misreading(error.message, at: place)
    }
  }
}
