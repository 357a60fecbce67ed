/// The search for the next fire of a calendar expression.
///
/// It moves a wall clock's reading forward, field by field from the year down: each field goes to the next
/// value the expression names and the fields below it start anew; where there is none, the field above moves
/// by one. After each move the reading must stand, that is, exist in the zone; one that does not (30
/// February, a gap) is carried on to one that does and the search begins anew from there. This order is
/// systemd's, and with it what happens where clocks change. The search allocates nothing.
struct FireSearch {
  let pattern: CalendarPattern
  var clock: WallClock
  var year, month, day, hour, minute, second, microsecond: Int
  /// Whether the reading is taken to be one of daylight saving time; nil if the clock shall find out.
  var saving: Bool?
  /// Whether normalizing leaves ``saving`` set; see ``isStuck``.
  var keepsSaving = false
  /// The reading the search began with.
  var origin: Reading
  /// Whether the reading is known to exist, and the clock to have been asked for it last.
  var stands = false
  /// Follow systemd into the values beyond a field that a repetition like `0/7` reaches.
  let overflows: Bool

  /// A reading to the microsecond, for comparing.
  struct Reading {
    let local: Int64
    let microsecond: Int
  }

  enum Step {
    case goOn, again, never
  }

  /// systemd gives up after so many rounds and calls the expression an infinite loop.
  private static let roundsOfSystemd = 1000
  /// Without overflows every round moves forward; 230 years of days are 84,000 rounds.
  private static let roundsMax = 100_000

  static func next(of pattern: CalendarPattern, after instant: Instant, rules: ZoneRules) -> Instant? {
    let from = max(instant.microseconds, -1) + 1
    var search = FireSearch(pattern, from: from, rules: rules, overflows: true)
    if let outcome = search.run(rounds: roundsOfSystemd) {
      // A fire that is not later would fire for ever; better none of systemd's ways than that.
      guard let next = outcome.instant, next <= instant else { return outcome.instant }
    }
    search = FireSearch(pattern, from: from, rules: rules, overflows: false)
    guard let next = search.run(rounds: roundsMax)?.instant, next > instant else { return nil }
    return next
  }

  private init(_ pattern: CalendarPattern, from microseconds: Int64, rules: ZoneRules, overflows: Bool) {
    self.pattern = pattern
    self.overflows = overflows
    let instant = microseconds / 1_000_000
    clock = WallClock(rules: rules, at: instant)
    (year, month, day, hour, minute, second) = (0, 0, 0, 0, 0, 0)
    microsecond = Int(microseconds % 1_000_000)
    origin = Reading(local: instant + clock.lastOffset, microsecond: microsecond)
    read(local: origin.local)
    stands = true
  }

  /// The fire, or that there is none; nil if the rounds did not suffice to tell.
  private mutating func run(rounds: Int) -> (instant: Instant?, Void)? {
    for _ in 0..<rounds {
      normalize()
      switch round() {
      case .goOn where isStuck:
        // systemd's way out: an hour on, and from now on believe what the clock says of daylight saving time.
        hour += 1
        keepsSaving = true
        stands = false
      case .goOn:
        let instant = clock.instant(of: local, saving: saving)
        return (Instant(microseconds: instant * 1_000_000 + Int64(microsecond)), ())
      case .never: return (nil, ())
      case .again: continue
      }
    }
    return nil
  }

  private mutating func round() -> Step {
    guard let year = pattern.year.first(from: year) else { return .never }
    if year != self.year {
      self.year = year
      restart(below: .year)
    }
    guard year <= CalendarField.year.range.upperBound, var step = settle() else { return .never }
    // systemd never fires again once a year's or a day's first reading is carried on here; this goes on.
    if step != .goOn { return step }
    step = place(.month, first(pattern.monthBits, from: month, .month), at: \.month)
    if step != .goOn { return step }
    step = place(.day, nextDay(), at: \.day)
    if step != .goOn { return step }
    guard matchesWeekday else { return carry(above: .hour) }
    step = place(.hour, first(pattern.hourBits, from: hour, .hour), at: \.hour)
    if step != .goOn { return step }
    step = place(.minute, first(pattern.minuteBits, from: minute, .minute), at: \.minute)
    if step != .goOn { return step }
    return placeSecond()
  }
}

extension FireSearch {
  private func first(_ bits: UInt128, from value: Int, _ field: CalendarField) -> Int? {
    let ahead = bits >> UInt128(value)
    guard ahead != 0 else { return nil }
    let found = value + ahead.trailingZeroBitCount
    return overflows || found <= field.range.upperBound ? found : nil
  }

  private mutating func nextDay() -> Int? {
    let length = CivilDate.dayCount(ofMonth: month, in: year)
    guard pattern.countsFromMonthEnd else {
      let found = first(pattern.dayBits, from: day, .day)
      return overflows || found ?? 0 <= length ? found : nil
    }
    // systemd asks the clock for each end of each item, so the offset it tries first is the last one's.
    for component in pattern.day.components where overflows {
      _ = clock.instant(of: local(day: length + 1 - component.start), saving: saving)
      _ = clock.instant(of: local(day: component.stop.map { length + 1 - $0 } ?? length + 2), saving: saving)
      stands = false
    }
    let found = pattern.firstDay(from: day, monthLength: length)
    return overflows || found ?? 0 <= length ? found : nil
  }

  private var matchesWeekday: Bool {
    pattern.weekdays == CalendarPattern.everyDay
      || pattern.weekdays & (1 << UInt8((dayNumber + 3).flooredRemainder(7))) != 0
  }

  /// Sets a field to its next value, if that stands; without one, moves the field above.
  private mutating func place(
    _ field: CalendarField, _ value: Int?, at path: WritableKeyPath<FireSearch, Int>
  ) -> Step {
    guard let value else { return carry(above: field) }
    if value != self[keyPath: path] {
      self[keyPath: path] = value
      restart(below: field)
    }
    return settle() ?? carry(above: field)
  }

  private mutating func placeSecond() -> Step {
    let found: Int?
    if let bits = pattern.secondBits {
      let from = second + (microsecond > 0 ? 1 : 0)
      let ahead = bits >> UInt128(from)
      found = ahead == 0 ? nil : (from + ahead.trailingZeroBitCount) * 1_000_000
    } else {
      found = pattern.second.first(from: second * 1_000_000 + microsecond)
    }
    guard let found, overflows || found <= CalendarField.second.range.upperBound else {
      return carry(above: .second)
    }
    if found != second * 1_000_000 + microsecond { stands = false }
    (second, microsecond) = found.quotientAndRemainder(dividingBy: 1_000_000)
    return settle() ?? carry(above: .second)
  }

  /// Moves the field above by one and starts the field and those below it anew.
  private mutating func carry(above field: CalendarField) -> Step {
    switch field {
    case .year: return .never
    case .month:
      year += 1
      restart(below: .year)
    case .day:
      month += 1
      restart(below: .month)
    case .hour:
      day += 1
      restart(below: .day)
    case .minute:
      hour += 1
      restart(below: .hour)
    case .second:
      minute += 1
      restart(below: .minute)
    }
    return .again
  }

  private mutating func restart(below field: CalendarField) {
    stands = false
    microsecond = 0
    second = 0
    if field == .minute { return }
    minute = 0
    if field == .hour { return }
    hour = 0
    if field == .day { return }
    day = 1
    if field == .month { return }
    month = 1
  }
}
