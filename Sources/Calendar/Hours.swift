/// When something is open: windows that recur each week, minus closed dates.
///
/// ## Where clocks change
///
/// A window's rule is that it hurts nobody: it is never open for less time than written, and never not at all
/// but where its whole stretch does not exist.
///
/// - Its start lies in a gap: it opens at the gap's end.
/// - Its end lies in a gap: it closes at the gap's end.
/// - Its start is shown twice: it opens at the first showing.
/// - Its end is shown twice: it closes at the second.
/// - The whole of it lies in a gap: it does not open that day. ``lostOpenings(from:to:in:)`` finds these days
///   before they come.
///
/// Closed dates are closed from the first showing of their 00:00 to the last of their 24:00, and beat
/// windows. A window that began the evening before closes when the closed date begins.
public struct Hours: Sendable, Hashable {
  /// When it is open; none means never.
  public let windows: [Window]

  /// The days on which it is closed all the same.
  public let closed: [ClosedDates]

  /// Open in any of the windows, but not on closed dates.
  public init(windows: [Window], closed: [ClosedDates] = []) {
    self.windows = windows
    self.closed = closed.sorted { $0.first < $1.first }
  }

  /// Reads windows, or the one word `always`, and closed dates, as an environment file has them.
  ///
  /// - Throws: ``CalendarError`` for the first text that is wrong, and if there is no window at all.
  public init(open: [String], closed: [String] = []) throws(CalendarError) {
    let dates = try closed.map { text throws(CalendarError) in try ClosedDates(text) }
    if open == ["always"] {
      self.init(windows: [.allWeek], closed: dates)
      return
    }
    guard !open.isEmpty else {
      throw CalendarError("no window is given; write always, or one as Mon..Fri 07:00-20:00")
    }
    let windows = try open.map { text throws(CalendarError) in
      if text == "always" { throw CalendarError("always stands alone, not among windows") }
      return try Window(text)
    }
    self.init(windows: windows, closed: dates)
  }

  /// Open at all times.
  public static let always = Hours(windows: [.allWeek])
}

extension Hours: CustomStringConvertible {
  /// The hours as `Mon..Fri 07:00-20:00, closed 2026-12-24`.
  public var description: String {
    let open = windows == [.allWeek] ? ["always"] : windows.isEmpty ? ["never"] : windows.map(\.description)
    let dates = closed.isEmpty ? [] : ["closed " + closed.map(\.description).joined(separator: ", ")]
    return (open + dates).joined(separator: ", ")
  }
}
