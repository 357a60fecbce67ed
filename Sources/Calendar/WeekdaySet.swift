/// Some days of the week, written as systemd writes them: `Mon..Wed,Fri`.
struct WeekdaySet: Hashable {
  /// Bit 0 is Monday.
  private(set) var bits: UInt8

  init(bits: UInt8 = 0) { self.bits = bits }

  init(_ days: some Sequence<Weekday>) {
    self.init()
    for day in days { insert(day...day) }
  }

  static let all = WeekdaySet(bits: 0b111_1111)

  mutating func insert(_ days: ClosedRange<Weekday>) {
    for day in days.lowerBound.rawValue...days.upperBound.rawValue { bits |= 1 << UInt8(day) }
  }

  func contains(_ day: Weekday) -> Bool { bits & (1 << UInt8(day.rawValue)) != 0 }
}

extension WeekdaySet: CustomStringConvertible {
  var description: String {
    var parts: [String] = []
    var day = 0
    while day < 7 {
      guard bits & (1 << UInt8(day)) != 0 else {
        day += 1
        continue
      }
      var last = day
      while last < 6, bits & (1 << UInt8(last + 1)) != 0 { last += 1 }
      let (from, to) = (Weekday.allCases[day], Weekday.allCases[last])
      // systemd writes two days in a row as a list, three as a range.
      parts.append(last == day ? "\(from)" : last == day + 1 ? "\(from),\(to)" : "\(from)..\(to)")
      day = last + 1
    }
    return parts.joined(separator: ",")
  }
}

extension WeekdaySet {
  /// Takes weekdays off the front of a text, with the spaces after them; nil if no weekday stands there.
  ///
  /// The rules are systemd's: names short or long in any case, lists, ranges that do not wrap around the week
  /// (`Mon-Fri` for `Mon..Fri` too), a trailing comma.
  init?(_ scanner: inout Scanner) throws(CalendarError) {
    self.init()
    var rangeStart: Weekday?
    var isFirst = true
    while true {
      guard let day = try Weekday(&scanner) else {
        if isFirst { return nil }
        throw CalendarError("a weekday is missing before \(inQuotes(scanner.rest))")
      }
      isFirst = false
      if let start = rangeStart {
        guard start <= day else {
          throw CalendarError("\(start)..\(day) runs backwards; write it as two, \(start)..Sun,Mon..\(day)")
        }
        insert(start...day)
      } else {
        insert(day...day)
      }
      if scanner.isAtEnd || scanner.skipSpaces() { return }
      if scanner.skip(",") {
        rangeStart = nil
        if scanner.isAtEnd || scanner.skipSpaces() { return }
        continue
      }
      guard rangeStart == nil, scanner.skip("..") || scanner.skip("-") else {
        throw CalendarError("\(inQuotes(scanner.rest)) cannot follow \(day)")
      }
      rangeStart = day
    }
  }
}

extension Weekday {
  /// Takes a weekday's name off the front of a text, in any case; nil if there is none.
  fileprivate init?(_ scanner: inout Scanner) throws(CalendarError) {
    let ahead = scanner
    let word = scanner.run { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
    guard !word.isEmpty else { return nil }
    let name = String(decoding: word, as: UTF8.self)
    let lowered = name.lowercased()
    for day in Weekday.allCases where [day.fullName.lowercased(), "\(day)".lowercased()].contains(lowered) {
      self = day
      return
    }
    scanner = ahead
    if let near = Weekday.allCases.first(where: { slips(from: lowered, to: $0.fullName.lowercased()) <= 2 })
      ?? Weekday.allCases.first(where: { lowered.hasPrefix("\($0)".lowercased()) })
    {
      throw CalendarError("\(name) is no weekday, did you mean \(near)?")
    }
    return nil
  }
}
