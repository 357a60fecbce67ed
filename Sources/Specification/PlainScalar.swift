/// What YAML would make of a value without quotes.
///
/// YAML 1.1 (yaml.org/type) turns plain text into booleans, numbers in four bases, sixtieths and dates; 1.2
/// readers differ. Whatever any of them would convert must be written so that all of them agree.
public struct PlainScalar: Hashable, Sendable {
  /// The text as written.
  public let text: String
  private let bytes: [UInt8]

  /// A value that was written without quotes.
  public init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// What YAML reads instead of the text, or nil when it is text to every YAML reader.
  public enum Conversion: Hashable, Sendable {
    case nothing
    case bool(Bool)
    /// A plain decimal number such as `20`: it says the same as text and as number.
    case integer
    case octal, hexadecimal, binary
    /// `1_000`: the underscores disappear.
    case grouped
    /// `22:30`: sixtieths, 1350.
    case sixtieths
    case fraction
    case date
    case special
  }

  /// Whether this is an ordinary decimal number: no leading zero, sign `-` at most, no grouping.
  public var isInteger: Bool { conversion == .integer }

  /// What YAML would make of it; nil where it stays text.
  public var conversion: Conversion? {
    switch text {
    case "", "~", "null", "Null", "NULL": return .nothing
    case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
    case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
    case "<<", "=": return .special
    default: break
    }
    let signed = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+")
    let body = signed ? bytes.dropFirst() : bytes[...]
    if [".inf", ".nan"].contains(String(decoding: body, as: UTF8.self).lowercased()) { return .fraction }
    if isDate(bytes) { return .date }
    return isNumber(body) ? numberConversion(of: body) : nil
  }

  /// The conversion in an operator's words, without the value: `an octal number`.
  public var conversionInWords: String? {
    switch conversion {
    case nil: nil
    case .nothing: "nothing at all"
    case .bool(let value): "the bool \(value)"
    case .integer: "a number"
    case .octal: "an octal number"
    case .hexadecimal: "a hexadecimal number"
    case .binary: "a binary number"
    case .grouped: "a number in another spelling"
    case .sixtieths: "a number in sixtieths"
    case .fraction: "a floating-point number"
    case .date: "a date"
    case .special: "an instruction"
    }
  }

  /// The conversion with what becomes of the value: `an octal number, 493`.
  public var conversionWithResult: String? {
    conversionInWords.map { words in result.map { "\(words), \($0)" } ?? words }
  }

  /// The number that YAML 1.1 makes of a whole number's unusual spellings.
  private var result: Int? {
    let isNegative = text.hasPrefix("-")
    let digits = text.filter { $0 != "_" && $0 != "+" && $0 != "-" }
    let value: Int? =
      switch conversion {
      case .octal: Int(digits.drop { $0 == "o" || $0 == "O" || $0 == "0" }, radix: 8)
      case .hexadecimal: Int(digits.dropFirst(2), radix: 16)
      case .binary: Int(digits.dropFirst(2), radix: 2)
      case .grouped: Int(digits)
      case .sixtieths: sixtieths(digits)
      default: nil
      }
    return value.map { isNegative ? -$0 : $0 }
  }

  private func sixtieths(_ digits: String) -> Int? {
    var sum = 0
    for part in digits.split(separator: ":") {
      guard part.utf8.count <= 4, let number = Int(part), sum < 1 << 32 else { return nil }
      sum = sum * 60 + number
    }
    return sum
  }

  private func numberConversion(of body: ArraySlice<UInt8>) -> Conversion {
    let digits = body.dropFirst()
    if body.contains(UInt8(ascii: ":")) { return .sixtieths }
    if body.first == UInt8(ascii: "0"), let base = digits.first {
      switch base {
      case UInt8(ascii: "x"), UInt8(ascii: "X"): return .hexadecimal
      case UInt8(ascii: "b"), UInt8(ascii: "B"): return .binary
      case UInt8(ascii: "o"), UInt8(ascii: "O"): return .octal
      default: break
      }
    }
    if body.contains(where: { ".eE".utf8.contains($0) }) { return .fraction }
    if body.contains(UInt8(ascii: "_")) { return .grouped }
    if body.first == UInt8(ascii: "0"), body.count > 1 { return .octal }
    return bytes.first == UInt8(ascii: "+") || bytes == Array("-0".utf8) ? .grouped : .integer
  }

  /// Wider than any one YAML version: digits, and whatever some reader takes between them.
  private func isNumber(_ body: ArraySlice<UInt8>) -> Bool {
    guard let first = body.first, let last = body.last else { return false }
    if first == UInt8(ascii: "0"), let base = body.dropFirst().first, "xXbBoO".utf8.contains(base) {
      let isHexadecimal = "xX".utf8.contains(base)
      return body.count > 2
        && body.dropFirst(2).allSatisfy {
          isDigit($0) || $0 == UInt8(ascii: "_") || (isHexadecimal && "abcdefABCDEF".utf8.contains($0))
        }
    }
    let startsWithPoint = first == UInt8(ascii: ".")
    guard isDigit(startsWithPoint ? body.dropFirst().first ?? 0 : first) else { return false }
    guard isDigit(last) || "._".utf8.contains(last) else { return false }
    return hasNumberForm(body)
  }

  /// At most one point and one exponent, signs only behind the exponent's letter, sixtieths without exponents.
  private func hasNumberForm(_ body: ArraySlice<UInt8>) -> Bool {
    var (points, colons, exponents) = (0, 0, 0)
    var previous: UInt8 = 0
    for byte in body {
      switch byte {
      case UInt8(ascii: "_"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: "."): points += 1
      case UInt8(ascii: ":"): colons += 1
      case UInt8(ascii: "e"), UInt8(ascii: "E"): exponents += 1
      case UInt8(ascii: "+"), UInt8(ascii: "-"): if !"eE".utf8.contains(previous) { return false }
      default: return false
      }
      previous = byte
    }
    return points <= 1 && exponents <= 1 && (colons == 0 || exponents == 0)
  }

  /// `2026-12-24`, alone or with a time behind it.
  private func isDate(_ bytes: [UInt8]) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[0].allSatisfy(isDigit) else { return false }
    guard (1...2).contains(parts[1].count), parts[1].allSatisfy(isDigit) else { return false }
    let day = parts[2].prefix(while: isDigit)
    let next = parts[2].dropFirst(day.count)
    guard (1...2).contains(day.count) else { return false }
    guard let separator = next.first else { return true }
    let time = next.dropFirst()
    return (separator | 0x20 == UInt8(ascii: "t") || separator == UInt8(ascii: " "))
      && time.first.map(isDigit) == true && time.contains(UInt8(ascii: ":"))
      && time.allSatisfy { isDigit($0) || ":.+-zZ ".utf8.contains($0) }
  }

  private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
