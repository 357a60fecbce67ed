extension CalendarPattern {
  /// The words systemd gives to common recurrences, in any case; nil for any other text.
  init?(shorthand word: String) {
    let midnight = (hour: CalendarList(.hour, values: 0), minute: CalendarList(.minute, values: 0))
    let first = CalendarList(.day, values: 1)

    func firstOf(_ months: Int...) -> CalendarPattern {
      let components = months.map { CalendarComponent(start: $0, stop: nil, step: 0) }
      return CalendarPattern(
        month: CalendarList(.month, components), day: first, hour: midnight.hour, minute: midnight.minute)
    }

    switch word.lowercased() {
    case "minutely":
      self.init()
    case "hourly":
      self.init(minute: midnight.minute)
    case "daily":
      self.init(hour: midnight.hour, minute: midnight.minute)
    case "weekly":
      self.init(weekdays: WeekdaySet([.monday]).bits, hour: midnight.hour, minute: midnight.minute)
    case "monthly":
      self.init(day: first, hour: midnight.hour, minute: midnight.minute)
    case "quarterly":
      self = firstOf(1, 4, 7, 10)
    case "semiannually", "semi-annually", "biannually", "bi-annually":
      self = firstOf(1, 7)
    case "yearly", "annually", "anually":
      self = firstOf(1)
    default:
      return nil
    }
  }

  private static let shorthands = [
    "minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "annually",
  ]

  /// The word that was probably meant, for an error that helps.
  static func shorthand(near word: String) -> String? {
    shorthands.first { slips(from: word.lowercased(), to: $0) <= 2 }
  }
}
