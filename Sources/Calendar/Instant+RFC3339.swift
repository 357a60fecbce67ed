extension Instant: CustomStringConvertible {
  /// The instant in RFC 3339 and UTC, `2026-11-21T13:03:00Z`; with a fraction only if there is one.
  public var description: String {
    let civil = CivilDateTime(microseconds: microseconds)
    return "\(civil.date)T\(civil.timeOfDay)Z"
  }

  /// Reads an RFC 3339 timestamp, `2026-11-21T14:03:00.25+01:00`; nil if it is none.
  ///
  /// Offsets become UTC, digits beyond microseconds are dropped, `t` and `z` may be lowercase and `T` a
  /// space, as RFC 3339 section 5.6 allows. A leap second (`:60`) is read as the second after it. A timestamp
  /// without an offset is refused: nobody can know which moment it means.
  public init?(rfc3339 text: String) {
    var scanner = Scanner(text)
    guard let year = scanner.digits(exactly: 4), scanner.skip("-"),
      let month = scanner.digits(exactly: 2), scanner.skip("-"),
      let day = scanner.digits(exactly: 2),
      let date = CivilDate(year: year, month: month, day: day),
      scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.digits(exactly: 2), hour <= 23, scanner.skip(":"),
      let minute = scanner.digits(exactly: 2), minute <= 59, scanner.skip(":"),
      let second = scanner.digits(exactly: 2), second <= 60,
      let microsecond = Self.fraction(&scanner),
      let offsetMinutes = Self.offset(&scanner), scanner.isAtEnd
    else { return nil }
    let civil = CivilDateTime(date, hour: hour, minute: minute, second: second, microsecond: microsecond)
    self.init(microseconds: civil.microseconds - Int64(offsetMinutes) * 60_000_000)
  }

  private static func fraction(_ scanner: inout Scanner) -> Int? {
    guard scanner.skip(".") else { return 0 }
    let digits = scanner.run(while: Scanner.isDigit)
    guard !digits.isEmpty else { return nil }
    var microsecond = 0
    for place in 0..<6 {
      let index = digits.startIndex + place
      microsecond = microsecond * 10 + (index < digits.endIndex ? Int(digits[index] - UInt8(ascii: "0")) : 0)
    }
    return microsecond
  }

  private static func offset(_ scanner: inout Scanner) -> Int? {
    if scanner.skip("Z") || scanner.skip("z") { return 0 }
    let sign: Int
    if scanner.skip("+") {
      sign = 1
    } else if scanner.skip("-") {
      sign = -1
    } else {
      return nil
    }
    guard let hours = scanner.digits(exactly: 2), hours <= 23, scanner.skip(":"),
      let minutes = scanner.digits(exactly: 2), minutes <= 59
    else { return nil }
    return sign * (hours * 60 + minutes)
  }
}

extension Instant: Codable {
  /// Decodes the RFC 3339 string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let instant = Instant(rfc3339: text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "\(inQuotes(text)) is no RFC 3339 timestamp such as 2026-11-21T13:03:00Z")
    }
    self = instant
  }

  /// Encodes the RFC 3339 string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
