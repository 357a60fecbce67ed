/// Why text is not of the form wanted; the place is added by whoever knows it.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public var description: String { message }

  public init(_ message: String) {
    self.message = message
  }
}

/// Decimal numbers without floating point: `0.08` is eighty thousandths, exactly.
enum Decimal {
  /// The number at the beginning and what follows it, with the spaces between them gone.
  static func split(_ text: String) -> (number: Substring, rest: Substring) {
    let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let rest = text.dropFirst(number.count)
    return (number, rest.drop { $0 == " " })
  }

  /// The number times a scale, or nil when it is no number, too large, or not whole after scaling.
  static func scaled(_ number: Substring, by scale: Int64) -> Int64? {
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let whole = digits(first) else { return nil }
    let (units, overflow) = whole.multipliedReportingOverflow(by: scale)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return units }
    guard let fraction = digits(parts[1]) else { return nil }
    let divisor = (0..<parts[1].count).reduce(Int64(1)) { power, _ in power * 10 }
    let (product, tooLarge) = fraction.multipliedReportingOverflow(by: scale)
    guard !tooLarge, product.isMultiple(of: divisor) else { return nil }
    let (sum, tooMuch) = units.addingReportingOverflow(product / divisor)
    return tooMuch ? nil : sum
  }

  /// The other way round: as few digits as say it exactly.
  static func text(_ value: Int64, scale: Int64) -> String {
    let whole = value / scale
    var rest = value % scale
    guard rest != 0 else { return "\(whole)" }
    var fraction = ""
    var unit = scale / 10
    while rest != 0, unit > 0 {
      fraction += "\(rest / unit)"
      rest %= unit
      unit /= 10
    }
    return "\(whole).\(fraction)"
  }

  /// At most 17 digits: more do not fit beside a scale, and no operator means them.
  private static func digits(_ text: Substring) -> Int64? {
    guard (1...17).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int64(text)
  }
}
