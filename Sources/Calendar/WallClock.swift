/// Finds the instant at which a zone's clocks show a reading, as the C library's `mktime` does.
///
/// It is what systemd computes with, so its habits decide what a recurrence does where clocks change:
///
/// - It first tries the offset it found last. Of a reading shown twice it therefore takes the showing that is
///   on the side where the search comes from: the first, unless the search began in the second.
/// - A reading that is skipped is moved by the size of the gap, to the side that is daylight saving time.
/// - Told whether it is daylight saving time, it believes that more than the calendar.
struct WallClock {
  private let rules: ZoneRules
  private var span: ZoneRules.Span
  private var spanOffset: Int64
  /// The offset of the last reading, the first to try for the next.
  private(set) var lastOffset: Int64

  init(rules: ZoneRules, at second: Int64) {
    self.rules = rules
    span = rules.span(atSecond: second)
    spanOffset = Int64(rules.offsets[span.offset].seconds)
    lastOffset = spanOffset
  }

  /// The offset at an instant, both in seconds.
  mutating func offset(at second: Int64) -> Int64 {
    if second < span.start || second >= span.end {
      span = rules.span(atSecond: second)
      spanOffset = Int64(rules.offsets[span.offset].seconds)
    }
    return spanOffset
  }

  /// Whether daylight saving time holds at an instant.
  mutating func isSaving(at second: Int64) -> Bool {
    _ = offset(at: second)
    return rules.offsets[span.offset].isDaylightSaving
  }

  /// Forgets where the search came from; the next reading is tried with the offset at this instant.
  mutating func restart(at second: Int64) {
    lastOffset = offset(at: second)
  }

  /// The instant of a local reading, both in seconds since the epoch.
  ///
  /// - Parameter saving: whether the reading is one of daylight saving time, if that is known.
  mutating func instant(of local: Int64, saving: Bool? = nil) -> Int64 {
    var second = local - lastOffset
    if second + offset(at: second) != local {
      second = approach(local, from: second, saving: saving)
    }
    if let saving, isSaving(at: second) != saving, second + offset(at: second) == local {
      second = instant(of: local, near: second, saving: saving)
    }
    lastOffset = local - second
    return second
  }

  /// Corrects a guess by its own error until it fits or swings between the two sides of a gap.
  private mutating func approach(_ local: Int64, from guess: Int64, saving: Bool?) -> Int64 {
    var (beforeLast, last, second) = (guess, guess, guess)
    var lastWasSaving = false
    for _ in 0..<Self.probesMax {
      let offset = offset(at: second)
      let isSaving = rules.offsets[span.offset].isDaylightSaving
      if second + offset == local { return second }
      if second == beforeLast, second != last {
        let isPreferred = saving.map { $0 != isSaving } ?? (isSaving || !lastWasSaving)
        if isPreferred { return second }
      }
      (beforeLast, last, second) = (last, second, local - offset)
      lastWasSaving = isSaving
    }
    return second
  }

  /// The instant by the offset of the nearest time that has, or has not, daylight saving.
  private mutating func instant(of local: Int64, near second: Int64, saving: Bool) -> Int64 {
    var distance = Self.stride
    while distance < Self.farthest {
      for probe in [second - distance, second + distance] where isSaving(at: probe) == saving {
        return local - offset(at: probe)
      }
      distance += Self.stride
    }
    return second
  }

  /// Enough for every zone there was, as mktime counts them.
  private static let probesMax = 6
  /// The shortest stretch of daylight saving time there was, in seconds (America/Recife in 2000).
  private static let stride: Int64 = 601_200
  /// The search ends some eight years away, in seconds.
  private static let farthest: Int64 = 536_454_000 / 2 + stride
}
