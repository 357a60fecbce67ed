/// Reads a calendar expression by the grammar of systemd.time(7), and where that is silent, as systemd does.
struct CalendarReading {
  private var scanner: Scanner
  private var weekdays = WeekdaySet()
  private var lists: [CalendarField: [CalendarComponent]] = [:]
  private var countsFromMonthEnd = false

  /// What the text says and the zone it names.
  static func read(_ text: String, zones: ZoneDatabase) throws(CalendarError) -> (CalendarPattern, Zone?) {
    do throws(CalendarError) {
      let (body, zone) = try splitZone(text, zones: zones)
      guard !body.isEmpty else { throw CalendarError("it is empty; one looks like Mon..Fri 08:00") }
      if let shorthand = CalendarPattern(shorthand: body) { return (shorthand, zone) }
      if let meant = CalendarPattern.shorthand(near: body) { throw CalendarError("did you mean \(meant)?") }
      var reading = CalendarReading(scanner: Scanner(body))
      let isEpoch = try reading.readAll()
      return (try reading.pattern(), isEpoch ? .utc : zone)
    } catch {
      throw CalendarError("\(inQuotes(text)) is no calendar expression: \(error.message)")
    }
  }

  private init(scanner: Scanner) { self.scanner = scanner }

  /// The last word is a zone if it has letters; `UTC` in any case, as systemd takes it.
  private static func splitZone(
    _ text: String, zones: ZoneDatabase
  ) throws(CalendarError) -> (body: String, zone: Zone?) {
    guard let space = text.lastIndex(of: " ") else { return (text, nil) }
    let word = String(text[text.index(after: space)...])
    let hasLetters = word.utf8.contains {
      ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z")
    }
    guard hasLetters else { return (text, nil) }
    let name = word.lowercased() == "utc" ? "UTC" : word
    return (String(text[..<space]), try zones.zone(name))
  }

  /// Everything but the zone; true if it was an `@` moment, which is in UTC.
  private mutating func readAll() throws(CalendarError) -> Bool {
    if let days = try WeekdaySet(&scanner) { weekdays = days }
    let isEpoch = try readDate()
    if !isEpoch { try readTime() }
    guard scanner.isAtEnd else { throw unexpected() }
    return isEpoch
  }

  private mutating func readDate() throws(CalendarError) -> Bool {
    if scanner.isAtEnd { return false }
    if scanner.skip("@") {
      try readEpoch()
      return true
    }
    let start = scanner
    let first = try list(.month)
    // A time, not a date: leave it to readTime.
    if scanner.isAtEnd || scanner.peek() == UInt8(ascii: ":") {
      scanner = start
      return false
    }
    try readDateSeparator()
    let second = try list(.month)
    if scanner.isAtEnd || scanner.skipSpaces() {
      lists[.month] = first
      lists[.day] = second
      return false
    }
    guard !countsFromMonthEnd else { throw unexpected() }
    try readDateSeparator()
    lists[.day] = try list(.day)
    guard scanner.isAtEnd || scanner.skipSpaces() else { throw unexpected() }
    // Two digits are a year of 1970 to 2069.
    lists[.year] = first.map { component in
      CalendarComponent(
        start: Self.fullYear(component.start), stop: component.stop.map(Self.fullYear), step: component.step)
    }
    lists[.month] = second
    return false
  }

  private static func fullYear(_ year: Int) -> Int {
    switch year {
    case 0..<70: year + 2000
    case 70..<100: year + 1900
    default: year
    }
  }

  private mutating func readDateSeparator() throws(CalendarError) {
    if scanner.skip("~") {
      countsFromMonthEnd = true
    } else if !scanner.skip("-") {
      throw unexpected()
    }
  }

  private mutating func readEpoch() throws(CalendarError) {
    let digits = scanner.run(while: Scanner.isDigit)
    guard let seconds = Int64(String(decoding: digits, as: UTF8.self)),
      seconds <= Instant.distantFuture.seconds
    else {
      throw CalendarError("after @ come the seconds since 1970")
    }
    let civil = CivilDateTime(microseconds: seconds * 1_000_000)
    set(.year, to: civil.date.year)
    set(.month, to: civil.date.month)
    set(.day, to: civil.date.day)
    set(.hour, to: civil.hour)
    set(.minute, to: civil.minute)
    set(.second, to: civil.second * CalendarField.second.scale)
  }

  /// No time at all is 00:00:00; no second is :00.
  private mutating func readTime() throws(CalendarError) {
    set(.second, to: 0)
    if scanner.isAtEnd {
      set(.hour, to: 0)
      set(.minute, to: 0)
      return
    }
    lists[.hour] = try list(.hour)
    guard scanner.skip(":") else {
      throw scanner.isAtEnd ? CalendarError("after the hour come minutes, as 08:00") : unexpected()
    }
    lists[.minute] = try list(.minute)
    if scanner.skip(":") { lists[.second] = try list(.second) }
  }

  private mutating func set(_ field: CalendarField, to value: Int) {
    lists[field] = [CalendarComponent(start: value, stop: nil, step: 0)]
  }

  private func unexpected() -> CalendarError {
    CalendarError(scanner.isAtEnd ? "it ends too early" : "\(inQuotes(scanner.rest)) is not expected there")
  }
}

extension CalendarReading {
  /// systemd's own limit; no schedule comes near it.
  private static let componentsMax = 240

  /// One field: `*`, or a list of values, ranges and repetitions. `*` is an empty list, for seconds `0/1`.
  private mutating func list(_ field: CalendarField) throws(CalendarError) -> [CalendarComponent] {
    if scanner.skip("*") {
      return field == .second ? [CalendarComponent(start: 0, stop: nil, step: field.scale)] : []
    }
    var components: [CalendarComponent] = []
    repeat {
      components.append(try component(field))
      guard components.count <= Self.componentsMax else {
        throw CalendarError("a list has more than \(Self.componentsMax) parts")
      }
    } while scanner.skip(",")
    if let byte = scanner.peek(), !" -~:".utf8.contains(byte) { throw unexpected() }
    return components
  }

  private mutating func component(_ field: CalendarField) throws(CalendarError) -> CalendarComponent {
    var component = CalendarComponent(start: try value(field), stop: nil, step: 0)
    if scanner.skip("..") {
      let stop = try value(field)
      component.stop = stop
      component.step = field.scale
      // systemd, too, wants a whole second of a range of seconds that says no step.
      if field == .second, scanner.peek() != UInt8(ascii: "/"), stop - component.start < field.scale {
        throw CalendarError("a range of seconds spans at least one; write a step, or one value")
      }
    }
    if scanner.skip("/") {
      component.step = try value(field)
      guard component.step > 0 else { throw CalendarError("a repetition of 0 never moves on") }
    }
    return component
  }

  private mutating func value(_ field: CalendarField) throws(CalendarError) -> Int {
    guard let whole = scanner.number() else {
      if scanner.isAtEnd { throw CalendarError("a number is missing at its end") }
      let word = scanner.rest.prefix { $0.isLetter }
      throw word.isEmpty
        ? CalendarError("a number is missing before \(inQuotes(scanner.rest))")
        : CalendarError(
          "\(inQuotes(word)) is neither a weekday (Mon, Tue, …) nor a shorthand (hourly, daily, …)")
    }
    guard field == .second else { return whole }
    var microseconds = whole * field.scale
    if scanner.peek() == UInt8(ascii: "."), scanner.peek(1) != UInt8(ascii: ".") {
      scanner.advance()
      microseconds += try fraction()
    }
    return microseconds
  }

  /// Digits after the point in microseconds, rounded to the nearest.
  private mutating func fraction() throws(CalendarError) -> Int {
    let digits = scanner.run(while: Scanner.isDigit).map { Int($0 - UInt8(ascii: "0")) }
    guard !digits.isEmpty else { throw CalendarError("a digit is missing after the point") }
    var microseconds = 0
    for place in 0..<6 { microseconds = microseconds * 10 + (place < digits.count ? digits[place] : 0) }
    return microseconds + (digits.count > 6 && digits[6] >= 5 ? 1 : 0)
  }

  private func pattern() throws(CalendarError) -> CalendarPattern {
    func checked(_ field: CalendarField) throws(CalendarError) -> CalendarList {
      let written = lists[field] ?? []
      for (place, component) in CalendarList.normalized(written).enumerated() {
        try check(component, field, place: place)
      }
      return CalendarList(field, written)
    }
    return CalendarPattern(
      weekdays: weekdays.bits, year: try checked(.year), month: try checked(.month), day: try checked(.day),
      countsFromMonthEnd: countsFromMonthEnd, hour: try checked(.hour), minute: try checked(.minute),
      second: try checked(.second))
  }

  /// A value must lie in its field, and a repetition must come to at least a second value, as systemd has it.
  private func check(_ component: CalendarComponent, _ field: CalendarField, place: Int) throws(CalendarError)
  {
    let fromEnd = field == .day && countsFromMonthEnd
    let low = field.range.lowerBound
    // The 29th last day is not in every month. systemd takes three days more off for each further item; so
    // does this, for what is accepted here must be accepted there.
    let high = fromEnd ? field.range.upperBound - 3 * (place + 1) : field.range.upperBound
    for value in [component.start, component.stop ?? component.start] where value < low || value > high {
      let numbers = "\(low / field.scale) to \(high / field.scale)"
      let which = fromEnd ? ", counted from the month's end in item \(place + 1) of a list," : ""
      throw CalendarError("\(field.name) \(CalendarList(field, values: value))\(which) is outside \(numbers)")
    }
    if let stop = component.stop {
      guard stop > component.start else {
        throw CalendarError("the range \(CalendarList(field, [component])) does not go forward")
      }
    } else if component.step > 0 {
      let second = fromEnd ? component.start - component.step : component.start + component.step
      guard low...high ~= second, component.step <= high - low else {
        throw CalendarError(
          "the repetition \(CalendarList(field, [component])) never comes to another \(field.name)")
      }
    }
  }
}
