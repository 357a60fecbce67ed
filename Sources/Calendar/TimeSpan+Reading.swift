extension TimeSpan {
  /// Reads a span: numbers with units, added up, spaces optional: `2h 30min`, `1y 12month`, `55s500ms`,
  /// `1.5h`.
  ///
  /// Units are those of systemd.time(7), and `mo` for months; a bare number is seconds. Fractions of a
  /// microsecond are dropped; a fraction of a month is refused, for no calendar has one.
  public init(_ text: String) throws(CalendarError) {
    var reading = TimeSpanReading(text)
    self = try reading.span()
  }
}

/// One pass over the text of a span.
private struct TimeSpanReading {
  private let text: String
  private var scanner: Scanner
  private var months = 0
  private var microseconds: Int64 = 0

  init(_ text: String) {
    self.text = text
    scanner = Scanner(text)
  }

  mutating func span() throws(CalendarError) -> TimeSpan {
    scanner.skipSpaces()
    guard !scanner.isAtEnd else { throw CalendarError("a time span is missing; one looks like 2h 30min") }
    if text.lowercased() == "infinity" {
      throw CalendarError("infinity is no time span here; write how long")
    }
    repeat {
      try term()
      scanner.skipSpaces()
    } while !scanner.isAtEnd
    return TimeSpan(months: months, duration: .microseconds(microseconds))
  }

  private mutating func term() throws(CalendarError) {
    let whole = scanner.run(while: Scanner.isDigit)
    var fraction: ArraySlice<UInt8> = []
    if scanner.skip(".") {
      fraction = scanner.run(while: Scanner.isDigit)
      guard !fraction.isEmpty else { throw wrong("a digit is missing after the point") }
    } else if whole.isEmpty {
      throw scanner.peek() == UInt8(ascii: "-")
        ? wrong("a time span cannot be negative")
        : wrong("a number is missing before \(inQuotes(scanner.rest))")
    }
    guard let value = number(whole) else { throw tooLong() }
    scanner.skipSpaces()
    let name = String(decoding: scanner.run(while: Self.isUnitByte), as: UTF8.self)
    guard let unit = TimeUnit(name) else {
      throw unknownUnit(name, value: String(decoding: whole, as: UTF8.self))
    }
    switch unit {
    case .exact(let size): try add(value, fraction, of: size)
    case .calendar(let size): try add(value, fraction, ofMonths: size, named: name)
    }
  }

  private mutating func add(_ value: Int64, _ fraction: ArraySlice<UInt8>, of size: Int64)
    throws(CalendarError)
  {
    let (product, overflow) = value.multipliedReportingOverflow(by: size)
    guard !overflow else { throw tooLong() }
    var sum = microseconds.saturatingAdd(product)
    var place = size
    for digit in fraction {
      // systemd's way: each place is a tenth of the one before, in whole microseconds.
      place /= 10
      sum = sum.saturatingAdd(place * Int64(digit - UInt8(ascii: "0")))
    }
    guard sum <= Self.longestMicroseconds else { throw tooLong() }
    microseconds = sum
  }

  private mutating func add(
    _ value: Int64, _ fraction: ArraySlice<UInt8>, ofMonths size: Int64, named name: String
  ) throws(CalendarError) {
    guard value <= Self.longestMonths else { throw tooLong() }
    var months = Int(value * size)
    if !fraction.isEmpty {
      // Enough places for every twelfth part that is a whole number of months: .5, .25, .75.
      guard fraction.count <= 6, let digits = number(fraction) else { throw fractionOfMonth(name) }
      let scale = fraction.reduce(Int64(1)) { scale, _ in scale * 10 }
      guard (digits * size) % scale == 0 else { throw fractionOfMonth(name) }
      months += Int(digits * size / scale)
    }
    self.months += months
    guard self.months <= Self.longestMonths else { throw tooLong() }
  }

  private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    digits.isEmpty ? 0 : Int64(String(decoding: digits, as: UTF8.self))
  }

  /// Letters, and every byte beyond ASCII, so that `µs` and what was mistyped stay one word.
  private static func isUnitByte(_ byte: UInt8) -> Bool {
    byte >= 0x80 || ((byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z"))
  }

  /// As many months as there are in the years an Instant can hold.
  private static let longestMonths = 12 * 9999
  private static let longestMicroseconds: Int64 = 315_576_000_000 * 1_000_000

  private func wrong(_ what: String) -> CalendarError {
    CalendarError("\(inQuotes(text)) is no time span: \(what)")
  }

  private func tooLong() -> CalendarError { wrong("it is longer than 9999 years") }

  private func fractionOfMonth(_ name: String) -> CalendarError {
    wrong("a fraction of a \(name) is no whole number of calendar months; write days instead")
  }

  private func unknownUnit(_ name: String, value: String) -> CalendarError {
    if let meant = TimeUnit.nearest(to: name) {
      return wrong("\(name) is no unit, did you mean \(meant)?")
    }
    return wrong("\(name) is no unit; units are us, ms, s, min, h, d, w, month (mo), y")
  }
}
