/// A cursor over the bytes of a short text an operator wrote.
///
/// It works on bytes because every grammar of this target is ASCII (but for one `µ`), and never traps.
struct Scanner {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { position == bytes.count }

  /// The byte so many places ahead, or nil past the end.
  func peek(_ ahead: Int = 0) -> UInt8? {
    position + ahead < bytes.count ? bytes[position + ahead] : nil
  }

  mutating func advance(_ count: Int = 1) {
    position = min(position + count, bytes.count)
  }

  /// Steps over the text if it stands here.
  mutating func skip(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard position + length <= bytes.count else { return false }
    let matches = text.withUTF8Buffer { buffer in
      (0..<length).allSatisfy { bytes[position + $0] == buffer[$0] }
    }
    if matches { position += length }
    return matches
  }

  /// Steps over spaces and says whether there were any.
  @discardableResult
  mutating func skipSpaces() -> Bool {
    let start = position
    while peek() == UInt8(ascii: " ") { position += 1 }
    return position > start
  }

  /// The longest run of bytes that fit, perhaps empty.
  mutating func run(while fits: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = position
    while let byte = peek(), fits(byte) { position += 1 }
    return bytes[start..<position]
  }

  /// A decimal number without a sign; nil, and nothing consumed, if there is none or it is beyond Int32.
  ///
  /// No number an operator writes about time is larger, and sums of such numbers cannot overflow.
  mutating func number() -> Int? {
    let start = position
    let value = Self.value(of: run(while: Self.isDigit))
    if value == nil { position = start }
    return value
  }

  /// A number of exactly so many digits.
  mutating func digits(exactly count: Int) -> Int? {
    let start = position
    let run = run(while: Self.isDigit)
    guard run.count == count, let value = Self.value(of: run) else {
      position = start
      return nil
    }
    return value
  }

  /// Everything not yet consumed.
  var rest: String { String(decoding: bytes[position...], as: UTF8.self) }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func value(of digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty else { return nil }
    var value = 0
    for digit in digits {
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
      if value > Int(Int32.max) { return nil }
    }
    return value
  }
}
