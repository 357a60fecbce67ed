import Calendar
import StatusAPI

/// Moments, lengths and counts as a report writes them.
struct ReportWords {
  let zone: Zone
  let body: ReportBody

  private var when: When { When(zone: zone, now: body.at) }

  /// `2026-11-23`.
  func date(_ instant: Instant) -> String { "\(zone.civil(at: instant).date)" }

  /// `Mon 2026-11-23 07:00`, to the minute.
  func moment(_ instant: Instant) -> String {
    when.moment(Instant(seconds: instant.seconds - modulo(instant.seconds, 60)))
  }

  /// `Mon 16` of `2026-11-16`.
  func day(_ date: String) -> String {
    CivilDate(date).map { "\($0.weekday) \($0.day)" } ?? date
  }

  /// `2d 3h`: the two largest units; `under 1s` for what was over at once.
  func length(seconds: Int64) -> String { seconds < 1 ? "under 1s" : when.span(seconds) }

  /// How long something waited within and before the stretch.
  func length(_ wait: ReportedWait, until end: Instant) -> String {
    length(seconds: wait.from.distance(to: wait.to ?? end).components.seconds)
  }

  /// `1 action`, `12 actions`.
  func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }

  private func modulo(_ number: Int64, _ divisor: Int64) -> Int64 {
    let rest = number % divisor
    return rest < 0 ? rest + divisor : rest
  }
}

extension String {
  /// The text on one line without control characters: what stands in an event may come from anywhere.
  var plain: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: " "
          // Those that turn the direction of what follows would let a name rewrite the line around it.
          case .format: "\u{FFFD}"
          default: scalar
          }
        }))
  }
}
