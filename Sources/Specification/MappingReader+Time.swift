public import Calendar

extension MappingReader {
  /// A span longer than nothing, with a unit: `30d`, `6mo`.
  public func span(_ key: String, _ presence: Presence = .optional) -> TimeSpan? {
    value(key, presence) { node throws(Misreading) in try node.span() }
  }

  /// A span without calendar months: `10s`, `1h 30min`.
  public func duration(_ key: String, _ presence: Presence = .optional) -> Duration? {
    value(key, presence) { node throws(Misreading) in try node.duration() }
  }

  /// A recurrence: `daily`, `Mon 03:00`. Zones inside the expression are looked up in `zones`.
  public func recurrence(
    _ key: String, zones: ZoneDatabase = .utcOnly, _ presence: Presence = .optional
  ) -> CalendarExpression? {
    value(key, presence) { node throws(Misreading) in try node.recurrence(zones: zones) }
  }

  /// A time zone by its name.
  public func zone(_ key: String, zones: ZoneDatabase, _ presence: Presence = .optional) -> Zone? {
    value(key, presence) { node throws(Misreading) in try node.zone(zones: zones) }
  }

  /// Hours: a window, a list of windows or `always` under one key, closed dates under another. Without the
  /// first key it is open always; nil only after a mistake.
  public func hours(open: String, closed: String? = nil) -> Hours? {
    let windows = value(open) { node throws(Misreading) in try node.windows() }
    let dates = closed.flatMap { value($0) { node throws(Misreading) in try node.closedDates() } }
    guard windows != nil || !has(open), dates != nil || !(closed.map(has) ?? false) else { return nil }
    return Hours(windows: windows ?? Hours.always.windows, closed: dates ?? [])
  }
}
