/// What a calendar expression says, but for its zone, with every field also as bits for a fast search.
struct CalendarPattern: Sendable {
  /// Bit 0 is Monday; zero never stands here, all seven mean any day.
  let weekdays: UInt8
  let year: CalendarList
  let month: CalendarList
  let day: CalendarList
  /// Whether days count from the month's end, `~`: 1 is its last.
  let countsFromMonthEnd: Bool
  let hour: CalendarList
  let minute: CalendarList
  /// In microseconds.
  let second: CalendarList

  let monthBits, dayBits, hourBits, minuteBits: UInt128
  /// Nil where there are fractions; then ``second`` itself is searched.
  let secondBits: UInt128?

  static let everyDay: UInt8 = 0b111_1111

  init(
    weekdays: UInt8 = everyDay, year: CalendarList = CalendarList(.year),
    month: CalendarList = CalendarList(.month),
    day: CalendarList = CalendarList(.day), countsFromMonthEnd: Bool = false,
    hour: CalendarList = CalendarList(.hour), minute: CalendarList = CalendarList(.minute),
    second: CalendarList = CalendarList(.second, values: 0)
  ) {
    self.weekdays = weekdays == 0 ? Self.everyDay : weekdays
    self.year = year
    self.month = month
    self.day = day
    self.countsFromMonthEnd = countsFromMonthEnd && !day.isAny
    self.hour = hour
    self.minute = minute
    self.second = second
    monthBits = month.bits() ?? .max
    dayBits = countsFromMonthEnd ? .max : day.bits() ?? .max
    hourBits = hour.bits() ?? .max
    minuteBits = minute.bits() ?? .max
    secondBits = second.bits(unit: CalendarField.second.scale)
  }

  /// The smallest day of a month, from `value` on, that the expression names counting from the month's end.
  func firstDay(from value: Int, monthLength: Int) -> Int? {
    var smallest: Int?
    for component in day.components {
      // The list counts backwards, so a range's end is its first day.
      let start = monthLength + 1 - (component.stop ?? component.start)
      let stop = component.stop == nil ? nil : monthLength + 1 - component.start
      let forward = CalendarComponent(start: start, stop: stop, step: component.step)
      if let candidate = forward.first(from: value), candidate < smallest ?? .max { smallest = candidate }
    }
    return smallest
  }
}

extension CalendarPattern: Hashable {
  static func == (left: CalendarPattern, right: CalendarPattern) -> Bool {
    left.weekdays == right.weekdays && left.year == right.year && left.month == right.month
      && left.day == right.day && left.countsFromMonthEnd == right.countsFromMonthEnd
      && left.hour == right.hour && left.minute == right.minute && left.second == right.second
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(weekdays)
    hasher.combine(day)
    hasher.combine(hour)
    hasher.combine(minute)
  }
}

extension CalendarPattern: CustomStringConvertible {
  var description: String {
    let separator = countsFromMonthEnd ? "~" : "-"
    let rest = "\(year)-\(month)\(separator)\(day) \(hour):\(minute):\(second)"
    return weekdays == Self.everyDay ? rest : "\(WeekdaySet(bits: weekdays)) \(rest)"
  }
}
