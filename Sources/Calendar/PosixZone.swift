/// A POSIX TZ string, the footer of a TZif file: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// Besides POSIX it takes what RFC 8536 adds for version 3: hours from -167 to 167 in a rule's time.
struct PosixZone {
  struct Daylight {
    let offset: Zone.Offset
    let begins: Rule
    let ends: Rule
  }

  /// A moment of a year, on the wall clock that holds until then.
  struct Rule {
    enum Day {
      /// `Jn`: the n-th day, 29 February never counted.
      case julian(Int)
      /// `n`: the n-th day from 0, 29 February counted.
      case ordinal(Int)
      /// `Mm.w.d`: weekday d (0 is Sunday) of week w (5 is the last) of month m.
      case weekday(month: Int, week: Int, day: Int)
    }
    let day: Day
    /// Seconds after 00:00 of that day; may be negative or beyond 24 h.
    let time: Int
  }

  let standard: Zone.Offset
  let daylight: Daylight?

  /// When saving begins in a year, in seconds since the epoch.
  func beginsSaving(in year: Int, _ daylight: Daylight) -> Int64 {
    daylight.begins.localSecond(in: year) - Int64(standard.seconds)
  }

  /// When saving ends in a year, in seconds since the epoch.
  func endsSaving(in year: Int, _ daylight: Daylight) -> Int64 {
    daylight.ends.localSecond(in: year) - Int64(daylight.offset.seconds)
  }
}

extension PosixZone.Rule {
  func localSecond(in year: Int) -> Int64 {
    Int64(dayNumber(in: year)) * 86_400 + Int64(time)
  }

  private func dayNumber(in year: Int) -> Int {
    let newYear = CivilDate.days(year: year, month: 1, day: 1)
    switch day {
    case .julian(let number):
      return newYear + number - 1 + (number >= 60 && CivilDate.isLeap(year) ? 1 : 0)
    case .ordinal(let number):
      return newYear + number
    case .weekday(let month, let week, let weekday):
      let first = CivilDate.days(year: year, month: month, day: 1)
      // 1970-01-01 was a Thursday, which is 4 when Sunday is 0.
      let toWeekday = (weekday - (first + 4)).flooredRemainder(7)
      let length = CivilDate.dayCount(ofMonth: month, in: year)
      var offset = toWeekday + (week - 1) * 7
      if offset >= length { offset -= 7 }
      return first + offset
    }
  }
}

extension PosixZone {
  init(_ text: String) throws(CalendarError) {
    var scanner = Scanner(text)
    func wrong() -> CalendarError { CalendarError("its footer \(inQuotes(text)) is no POSIX TZ string") }

    guard let name = Self.name(&scanner), let west = Self.time(&scanner) else { throw wrong() }
    standard = Zone.Offset(seconds: -west, isDaylightSaving: false, abbreviation: name)
    if scanner.isAtEnd {
      daylight = nil
      return
    }
    guard let savingName = Self.name(&scanner) else { throw wrong() }
    // One hour ahead of standard time, unless it says otherwise.
    var savingWest = west - 3600
    if scanner.peek() != UInt8(ascii: ",") {
      guard let written = Self.time(&scanner) else { throw wrong() }
      savingWest = written
    }
    guard scanner.skip(","), let begins = Self.rule(&scanner), scanner.skip(","),
      let ends = Self.rule(&scanner), scanner.isAtEnd
    else { throw wrong() }
    daylight = Daylight(
      offset: Zone.Offset(seconds: -savingWest, isDaylightSaving: true, abbreviation: savingName),
      begins: begins, ends: ends)
  }

  private static func name(_ scanner: inout Scanner) -> String? {
    func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
    let letters: ArraySlice<UInt8>
    if scanner.skip("<") {
      letters = scanner.run { isLetter($0) || Scanner.isDigit($0) || "+-".utf8.contains($0) }
      guard scanner.skip(">") else { return nil }
    } else {
      letters = scanner.run(while: isLetter)
    }
    return letters.count >= 3 ? String(decoding: letters, as: UTF8.self) : nil
  }

  /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
  private static func time(_ scanner: inout Scanner) -> Int? {
    let sign = scanner.skip("-") ? -1 : 1
    if sign == 1 { _ = scanner.skip("+") }
    guard let hours = scanner.number(), hours <= 167 else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] where scanner.skip(":") {
      guard let value = scanner.number(), value <= 59 else { return nil }
      seconds += value * unit
    }
    return sign * seconds
  }

  private static func rule(_ scanner: inout Scanner) -> Rule? {
    let day: Rule.Day
    if scanner.skip("M") {
      guard let month = scanner.number(), (1...12).contains(month), scanner.skip("."),
        let week = scanner.number(), (1...5).contains(week), scanner.skip("."),
        let weekday = scanner.number(), (0...6).contains(weekday)
      else { return nil }
      day = .weekday(month: month, week: week, day: weekday)
    } else if scanner.skip("J") {
      guard let number = scanner.number(), (1...365).contains(number) else { return nil }
      day = .julian(number)
    } else {
      guard let number = scanner.number(), (0...365).contains(number) else { return nil }
      day = .ordinal(number)
    }
    guard scanner.skip("/") else { return Rule(day: day, time: 2 * 3600) }
    return time(&scanner).map { Rule(day: day, time: $0) }
  }
}
