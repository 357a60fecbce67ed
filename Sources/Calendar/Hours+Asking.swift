extension Hours {
  /// Whether it is open at an instant. The instant it opens at is open, the instant it closes at is not.
  public func isOpen(at instant: Instant, in zone: Zone) -> Bool {
    closedSpan(at: instant, in: zone) == nil && isInWindow(instant, in: zone)
  }

  /// The next instant after this one at which it opens or closes; nil if it never changes again.
  public func nextChange(after instant: Instant, in zone: Zone) -> Instant? {
    let isOpen = isOpen(at: instant, in: zone)
    var cursor = instant
    var walkedFrom = instant
    while let next = nextBoundary(after: cursor, in: zone) {
      if self.isOpen(at: next, in: zone) != isOpen { return next }
      if closedSpan(at: cursor, in: zone) != nil { walkedFrom = next }
      cursor = next
      // The week went round twice without a change, so windows bring none; gaps never tear neighbours apart.
      if walkedFrom.distance(to: cursor) > .seconds(Self.daysAhead * 86_400) {
        return isOpen ? nextClosing(after: cursor, in: zone) : nil
      }
    }
    return nil
  }

  /// The next instant at which anything begins or ends; nil if nothing can change the answer any more.
  private func nextBoundary(after instant: Instant, in zone: Zone) -> Instant? {
    // Inside closed dates no window matters, so years of them are one step.
    if let span = closedSpan(at: instant, in: zone) { return span.upperBound }
    let closing = nextClosing(after: instant, in: zone)
    let window = nextWindowBoundary(after: instant, in: zone)
    guard let window, let closing else { return window ?? closing }
    return min(window, closing)
  }

  /// When the next closed dates begin.
  private func nextClosing(after instant: Instant, in zone: Zone) -> Instant? {
    closed.lazy.map { $0.span(in: zone) }.first { !$0.isEmpty && $0.lowerBound > instant }?.lowerBound
  }

  private func nextWindowBoundary(after instant: Instant, in zone: Zone) -> Instant? {
    // Open round the clock: the boundaries of its days are none.
    if windows.contains(.allWeek) { return nil }
    let today = zone.civil(at: instant).date.daysSinceEpoch
    var nearest: Instant?
    for day in (today - Self.daysBefore)...(today + Self.daysAhead) {
      for span in spans(onDay: day, in: zone) where !span.isEmpty {
        for boundary in [span.lowerBound, span.upperBound]
        where boundary > instant && boundary < nearest ?? .distantFuture {
          nearest = boundary
        }
      }
      // A later day's windows begin no more than one day earlier than this one's.
      if nearest != nil, day > today + 1 { break }
    }
    return nearest
  }

  private func isInWindow(_ instant: Instant, in zone: Zone) -> Bool {
    if windows.contains(.allWeek) { return true }
    let today = zone.civil(at: instant).date.daysSinceEpoch
    for day in (today - Self.daysBefore)...(today + 1) {
      for span in spans(onDay: day, in: zone) where span.contains(instant) { return true }
    }
    return false
  }

  /// The closed stretch an instant lies in.
  private func closedSpan(at instant: Instant, in zone: Zone) -> Range<Instant>? {
    guard !closed.isEmpty else { return nil }
    let today = zone.civil(at: instant).date
    for dates in closed where dates.first <= today.adding(days: 1) && dates.last >= today.adding(days: -1) {
      let span = dates.span(in: zone)
      if span.contains(instant) { return span }
    }
    return nil
  }

  /// The stretches of the windows that open on a day, as instants; empty where a gap swallowed one.
  func spans(onDay day: Int, in zone: Zone) -> some Sequence<Range<Instant>> {
    let weekday = Weekday(daysSinceEpoch: day)
    return windows.lazy.filter { $0.weekdays.contains(weekday) }.flatMap(\.stretches).map {
      $0.span(onDay: day, in: zone)
    }
  }

  /// A window crosses one midnight, and a date line or a repeated midnight can make it two.
  static let daysBefore = 2
  /// Weekly windows open within a week; a gap may swallow one opening, and one day more for its night.
  private static let daysAhead = 16
}

extension Window.Stretch {
  /// The stretch on the day so many days after 1970-01-01: opening and closing by the rules of ``Hours``.
  func span(onDay day: Int, in zone: Zone) -> Range<Instant> {
    let midnight = Int64(day) * CivilDateTime.microsecondsPerDay
    let opens = CivilDateTime(microseconds: midnight + Int64(start.minutes) * 60_000_000)
    let closes = CivilDateTime(microseconds: midnight + Int64(endMinutes) * 60_000_000)
    let start = zone.instants(of: opens).earliest
    return start..<max(start, zone.instants(of: closes).latest)
  }
}
