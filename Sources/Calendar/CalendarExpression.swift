/// A recurrence as systemd's OnCalendar writes it: `Mon..Fri 08:00 Europe/Berlin`, `*-*~1`, `quarterly`.
///
/// The grammar is that of systemd.time(7), and ``next(after:in:)`` answers as `systemd-analyze calendar`
/// does, where clocks change too. That hurts in these places, and operators should know them:
///
/// - A time that falls into a gap does not fire that day: `02:30` has no fire on the last Sunday of March in
///   Berlin. Whoever must not miss a day should look at "due since the last success", not at single fires.
/// - A time shown twice fires once, at its first showing, unless the last fire was itself in the second;
///   `hourly` therefore pauses two hours in autumn.
/// - A repetition that runs over the end of its unit (`0/7` in hours, which is also 28) can lose its first
///   fire on the day the clocks go back. On the day they go forward systemd 252 gives up altogether
///   ("Infinite loop in calendar calculation"); here it fires as written.
/// - Days counted from the month's end, asked in the second showing of an hour, can give systemd a fire in
///   the first, which is past; here every fire is later than the moment asked about.
/// - Where standard time itself jumps at midnight (Asia/Kathmandu in 1986) systemd may say that nothing ever
///   fires again; here it goes on. Where it goes back (Africa/Casablanca in 1986) systemd may take the second showing
///   of a time for the first.
public struct CalendarExpression: Sendable, Hashable {
  /// The zone written in the expression; nil if it follows the zone it is asked with.
  public let zone: Zone?

  let pattern: CalendarPattern

  /// Reads an expression.
  ///
  /// A zone is `UTC` or a name that `zones` knows. Abbreviations of the local zone (`CEST`), which systemd
  /// takes too, are not: they would mean another thing on another machine. `@1395716396` is that one moment.
  ///
  /// - Throws: ``CalendarError`` that says which part is wrong.
  public init(_ text: String, zones: ZoneDatabase) throws(CalendarError) {
    (pattern, zone) = try CalendarReading.read(text, zones: zones)
  }

  /// The first moment after an instant at which the expression fires; nil if there is none up to the year
  /// 2199.
  ///
  /// The zone counts only if the expression names none. Instants before 1970 count as 1970, as for systemd.
  public func next(after instant: Instant, in zone: Zone) -> Instant? {
    let rules = (self.zone ?? zone).rules
    return FireSearch.next(of: pattern, after: instant, rules: rules)
  }
}

extension CalendarExpression: CustomStringConvertible {
  /// systemd's normalized form: `Mon..Fri *-*-* 08:00:00 Europe/Berlin`.
  public var description: String {
    zone.map { "\(pattern) \($0.name)" } ?? pattern.description
  }
}
