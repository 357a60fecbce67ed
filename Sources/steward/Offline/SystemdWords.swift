import Calendar

/// Moments and distances in the words of `systemd-analyze calendar`, which people compare this with.
struct SystemdWords {
  let zone: Zone
  let now: Instant

  /// `Tue 2026-11-24 07:00:00 UTC`, the fraction only where there is one.
  func moment(_ instant: Instant, in zone: Zone? = nil) -> String {
    let zone = zone ?? self.zone
    let civil = zone.civil(at: instant)
    return "\(civil.date.weekday) \(civil) \(zone.offset(at: instant).abbreviation)"
  }

  /// `1 day 11h left`, by the rules of systemd's FORMAT_TIMESTAMP_RELATIVE.
  func distance(_ instant: Instant) -> String {
    let microseconds = abs(now.distance(to: instant).components.seconds)
    return words(microseconds) + (instant >= now ? " left" : " ago")
  }

  private func words(_ seconds: Int64) -> String {
    let (minute, hour, day): (Int64, Int64, Int64) = (60, 3_600, 86_400)
    let (week, month, year) = (7 * day, 2_629_800 as Int64, 31_557_600 as Int64)
    switch seconds {
    case year...: return plural(seconds / year, "year") + " " + plural(seconds % year / month, "month")
    case month...: return plural(seconds / month, "month") + " " + plural(seconds % month / day, "day")
    case week...: return plural(seconds / week, "week") + " " + plural(seconds % week / day, "day")
    case (2 * day)...: return plural(seconds / day, "day")
    case (25 * hour)...: return "1 day \((seconds - day) / hour)h"
    case (6 * hour)...: return "\(seconds / hour)h"
    case hour...: return "\(seconds / hour)h \(seconds % hour / minute)min"
    case (5 * minute)...: return "\(seconds / minute)min"
    case minute...: return "\(seconds / minute)min \(seconds % minute)s"
    default: return "\(seconds)s"
    }
  }

  private func plural(_ count: Int64, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
