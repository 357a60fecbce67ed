/// An amount in dollars, exactly to the millionth: `$500`, `$0.08`.
public struct Money: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// Millionths of a dollar.
  public var microdollars: Int64

  /// So many millionths of a dollar.
  public init(microdollars: Int64) {
    self.microdollars = microdollars
  }

  /// - Throws: a message that says what is wanted.
  public init(_ text: String) throws(FormatError) {
    guard text.hasPrefix("$"), let amount = Decimal.scaled(text.dropFirst(), by: 1_000_000) else {
      throw FormatError("an amount is written like `$500` or `$0.08`")
    }
    microdollars = amount
  }

  /// To the cent, rounded down: `$112.40`.
  public var cents: String {
    let cents = abs(microdollars) / 10_000
    return "\(microdollars < 0 ? "-" : "")$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }

  public var description: String { "$" + Decimal.text(microdollars, scale: 1_000_000) }

  public static func < (left: Money, right: Money) -> Bool { left.microdollars < right.microdollars }
}

/// What something costs while it exists: `$0.08/h`, `$12/month`.
public struct Price: Hashable, Sendable, Codable, CustomStringConvertible {
  /// For how long a price pays.
  public enum Period: String, Hashable, Sendable, Codable {
    case hour = "h"
    case day = "d"
    case month = "month"
  }

  /// What it costs.
  public var amount: Money
  /// For how long.
  public var per: Period

  /// A price.
  public init(amount: Money, per: Period) {
    self.amount = amount
    self.per = per
  }

  /// - Throws: a message that says what is wanted.
  public init(_ text: String) throws(FormatError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let period = Period(rawValue: String(parts[1])) else {
      throw FormatError("a price is written like `$0.08/h`, `$2/d` or `$12/month`")
    }
    amount = try Money(String(parts[0]))
    per = period
  }

  public var description: String { "\(amount)/\(per.rawValue)" }
}
