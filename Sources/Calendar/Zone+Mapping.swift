extension Zone {
  /// The offset that holds at an instant.
  public func offset(at instant: Instant) -> Offset {
    rules.offset(atSecond: instant.seconds)
  }

  /// What the zone's wall clock shows at an instant.
  public func civil(at instant: Instant) -> CivilDateTime {
    CivilDateTime(microseconds: instant.microseconds + Int64(offset(at: instant).seconds) * 1_000_000)
  }

  /// The instants at which the zone's wall clock shows a reading: one, none, or two.
  public func instants(of civil: CivilDateTime) -> Mapping {
    let local = civil.microseconds.flooredQuotient(1_000_000)
    // No offset exceeds 26 hours (RFC 8536), so a transition that could matter lies within that.
    var span = rules.span(atSecond: local - Self.largestOffset)
    var first: Instant?
    while true {
      let microseconds = civil.microseconds - Int64(rules.offsets[span.offset].seconds) * 1_000_000
      let second = microseconds.flooredQuotient(1_000_000)
      if second >= span.start, second < span.end {
        let instant = Instant(microseconds: microseconds)
        if let first { return .twice(first: first, second: instant) }
        first = instant
      }
      guard span.end <= local + Self.largestOffset else { break }
      let next = rules.span(atSecond: span.end)
      let isBeforeNext = local - Int64(rules.offsets[next.offset].seconds) < next.start
      if first == nil, second >= span.end, isBeforeNext { return .skipped(transition(from: span, to: next)) }
      span = next
    }
    // Never nil: a reading lies in a stretch, or in the gap between two.
    return .once(first ?? Instant(microseconds: civil.microseconds))
  }

  /// The first change of offset after an instant; nil if there is none until the year 9999.
  public func nextTransition(after instant: Instant) -> Transition? {
    var span = rules.span(atSecond: instant.seconds)
    while span.end < Instant.distantFuture.seconds {
      let next = rules.span(atSecond: span.end)
      if rules.offsets[next.offset] != rules.offsets[span.offset] { return transition(from: span, to: next) }
      span = next
    }
    return nil
  }

  private func transition(from: ZoneRules.Span, to: ZoneRules.Span) -> Transition {
    Transition(
      instant: Instant(seconds: to.start), before: rules.offsets[from.offset], after: rules.offsets[to.offset]
    )
  }

  private static let largestOffset: Int64 = 26 * 3600
}
