/// Moments as people read them, in one zone and seen from one moment.
public struct When: Sendable {
  /// The zone in which they are written.
  public let zone: Zone
  /// The moment from which distances are counted.
  public let now: Instant

  /// Moments in `zone`, seen from `now`.
  public init(zone: Zone, now: Instant) {
    self.zone = zone
    self.now = now
  }

  /// `Mon 2026-11-23 07:00`; seconds where there are any.
  public func moment(_ instant: Instant) -> String { zone.words(for: instant) }

  /// Short, for a table: `14:03` today, `Thu 03:00` this week, else the date.
  public func short(_ instant: Instant) -> String {
    let civil = zone.civil(at: instant)
    let today = zone.civil(at: now).date
    let time = "\(two(civil.hour)):\(two(civil.minute))"
    switch civil.date.daysSinceEpoch - today.daysSinceEpoch {
    case 0: return now.distance(to: instant) < .seconds(60) ? "\(time):\(two(civil.second))" : time
    case 1...6: return "\(civil.date.weekday) \(time)"
    default: return "\(civil.date)"
    }
  }

  /// `in 1d 16h`, `41min ago`, `now`: the two largest units.
  public func distance(_ instant: Instant) -> String {
    let seconds = now.distance(to: instant).components.seconds
    let span = span(abs(seconds))
    return seconds == 0 ? "now" : seconds > 0 ? "in \(span)" : "\(span) ago"
  }

  /// A span of whole seconds in its two largest units: `1d 16h`.
  public func span(_ seconds: Int64) -> String {
    let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
    var rest = seconds
    var parts: [String] = []
    for (size, name) in units where parts.count < 2 {
      let count = rest / size
      if count > 0 { parts.append("\(count)\(name)") } else if !parts.isEmpty { break }
      rest %= size
    }
    return parts.isEmpty ? "0s" : parts.joined(separator: " ")
  }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
