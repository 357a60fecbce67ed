/// A unit of a time span, and every spelling systemd.time(7) gives it.
enum TimeUnit {
  /// So many microseconds.
  case exact(Int64)
  /// So many calendar months.
  case calendar(Int64)

  /// The unit of a spelling, case-sensitive (`m` is minutes, `M` months); no spelling at all is seconds.
  init?(_ name: String) {
    switch name {
    case "usec", "us", "\u{B5}s", "\u{3BC}s": self = .exact(1)
    case "msec", "ms": self = .exact(1000)
    case "", "seconds", "second", "sec", "s": self = .exact(1_000_000)
    case "minutes", "minute", "min", "m": self = .exact(60_000_000)
    case "hours", "hour", "hr", "h": self = .exact(3_600_000_000)
    case "days", "day", "d": self = .exact(86_400_000_000)
    case "weeks", "week", "w": self = .exact(604_800_000_000)
    case "months", "month", "mo", "M": self = .calendar(1)
    case "years", "year", "y": self = .calendar(12)
    default: return nil
    }
  }

  private static let words = [
    "usec", "msec", "seconds", "second", "sec", "minutes", "minute", "min", "hours", "hour", "hr", "days",
    "day",
    "weeks", "week", "months", "month", "years", "year", "ms", "us", "mo",
  ]

  /// The spelling at most two slips away, for an error that helps; nil if none is near.
  static func nearest(to name: String) -> String? {
    let near = words.map { (word: $0, distance: slips(from: name.lowercased(), to: $0)) }
      .min { $0.distance < $1.distance }
    guard let near, near.distance <= min(2, name.count - 1) else { return nil }
    return near.word
  }
}

/// How many letters must be added, dropped or changed to turn one word into another (Levenshtein).
func slips(from: String, to: String) -> Int {
  let (source, target) = (Array(from.utf8), Array(to.utf8))
  var row = Array(0...target.count)
  for (line, byte) in source.enumerated() {
    var diagonal = row[0]
    row[0] = line + 1
    for column in target.indices {
      let changed = diagonal + (byte == target[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
    }
  }
  return row[target.count]
}
