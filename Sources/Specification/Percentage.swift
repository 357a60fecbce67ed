/// A part of a hundred, exactly: `95%`, `99.9%`.
public struct Percentage: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// Millionths of the whole: `99.9%` is 999,000.
  public var partsPerMillion: Int64

  /// So many millionths.
  public init(partsPerMillion: Int64) {
    self.partsPerMillion = partsPerMillion
  }

  /// - Throws: a message that says what is wanted, for anything but 0 % to 100 % with four decimals at most.
  public init(_ text: String) throws(FormatError) {
    let (number, sign) = Decimal.split(text)
    guard sign == "%", let parts = Decimal.scaled(number, by: 10_000) else {
      throw FormatError("a percentage is written like `95%` or `99.9%`")
    }
    guard parts <= 1_000_000 else { throw FormatError("a percentage is at most `100%`") }
    partsPerMillion = parts
  }

  /// 0 to 1.
  public var fraction: Double { Double(partsPerMillion) / 1_000_000 }

  public var description: String { Decimal.text(partsPerMillion, scale: 10_000) + "%" }

  public static func < (left: Percentage, right: Percentage) -> Bool {
    left.partsPerMillion < right.partsPerMillion
  }
}
