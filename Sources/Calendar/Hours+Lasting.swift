extension Hours {
  /// How long it is open between two instants: the sum of all its openings, exactly.
  public func openTime(from start: Instant, to end: Instant, in zone: Zone) -> Duration {
    guard start < end else { return .zero }
    if windows.contains(.allWeek), closed.isEmpty { return start.distance(to: end) }
    var open: Int64 = 0
    for span in openSpans(from: start, to: end, in: zone) {
      open += span.upperBound.microseconds - span.lowerBound.microseconds
    }
    return .microseconds(open)
  }

  /// The first instant of a stretch at which both these and `other` hours are open; nil where there is none. Looks a little
  /// more than a year ahead: weekly windows have met by then.
  public func firstOpening(with other: Hours, in span: Range<Instant>, zone: Zone) -> Instant? {
    let end = min(span.upperBound, span.lowerBound + Hours.meetingWithin)
    var cursor = span.lowerBound
    while cursor < end {
      let (mine, others) = (isOpen(at: cursor, in: zone), other.isOpen(at: cursor, in: zone))
      if mine && others { return cursor }
      // The one that is closed decides how far nothing can happen.
      let change = mine ? other.nextChange(after: cursor, in: zone) : nextChange(after: cursor, in: zone)
      guard let change else { return nil }
      cursor = change
    }
    return nil
  }

  private static let meetingWithin = Duration.seconds(400 * 86_400)

  /// The openings between two instants, each once, in order.
  private func openSpans(from start: Instant, to end: Instant, in zone: Zone) -> [Range<Instant>] {
    var merged: [Range<Instant>] = []
    for span in windowSpans(from: start, to: end, in: zone).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, span.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        merged.append(span)
      }
    }
    for gone in closed.map({ $0.span(in: zone) }) where gone.lowerBound < end && gone.upperBound > start {
      merged = merged.flatMap { span in
        [
          span.lowerBound..<max(span.lowerBound, min(span.upperBound, gone.lowerBound)),
          min(span.upperBound, max(span.lowerBound, gone.upperBound))..<span.upperBound,
        ].filter { !$0.isEmpty }
      }
    }
    return merged
  }

  private func windowSpans(from start: Instant, to end: Instant, in zone: Zone) -> [Range<Instant>] {
    if windows.contains(.allWeek) { return [start..<end] }
    let first = zone.civil(at: start).date.daysSinceEpoch - Self.daysBefore
    let last = zone.civil(at: end).date.daysSinceEpoch + 1
    return (first...last).flatMap { day in
      spans(onDay: day, in: zone).lazy.filter { $0.lowerBound < end && $0.upperBound > start }.map {
        $0.clamped(to: start..<end)
      }
    }
  }
}
