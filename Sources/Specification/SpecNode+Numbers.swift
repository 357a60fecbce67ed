extension SpecNode {
  /// A whole number without quotes, leading zeros, signs or grouping.
  public func integer(in range: ClosedRange<Int>) throws(Misreading) -> Int {
    let wanted = "a number from \(range.lowerBound) to \(range.upperBound)"
    let scalar = try scalar(wanted: wanted)
    let plain = PlainScalar(scalar.text)
    guard scalar.style == .plain else {
      let meant = plain.isInteger ? ": write it without quotes" : ""
      throw Misreading("\(wanted) is wanted, not text in quotes\(meant)", at: place)
    }
    guard plain.isInteger else {
      let meant = plain.conversionWithResult.map { "; YAML reads it as \($0)" } ?? ""
      throw Misreading("\(wanted) is wanted, not \(quoted(scalar.text))\(meant)", at: place)
    }
    guard let number = Int(scalar.text), range.contains(number) else {
      throw Misreading("\(wanted) is wanted, not \(quoted(scalar.text))", at: place)
    }
    return number
  }

  /// `2..3`, or `2` for exactly two.
  public func range(in bounds: ClosedRange<Int>) throws(Misreading) -> ClosedRange<Int> {
    let wanted = "a number or a range such as `2..3`, from \(bounds.lowerBound) to \(bounds.upperBound)"
    let text = try formatted(wanted)
    var ends: [Int] = []
    for part in text.contains("..")
      ? text.split(separator: "..", omittingEmptySubsequences: false) : [text[...]]
    {
      guard PlainScalar(String(part)).isInteger, let number = Int(part), bounds.contains(number) else {
        throw Misreading("\(wanted) is wanted, not \(quoted(text))", at: place)
      }
      ends.append(number)
    }
    guard ends.count <= 2, let low = ends.first, let high = ends.last else {
      throw Misreading("\(wanted) is wanted, not \(quoted(text))", at: place)
    }
    guard low <= high else {
      throw Misreading("\(quoted(text)) begins above its end: `\(high)..\(low)` is meant?", at: place)
    }
    return low...high
  }

  /// `true` or `false` without quotes; not `yes`, `on`, `True`.
  public func bool() throws(Misreading) -> Bool {
    let scalar = try scalar(wanted: "`true` or `false`")
    switch (scalar.text, scalar.style) {
    case ("true", .plain): return true
    case ("false", .plain): return false
    case ("true", .quoted), ("false", .quoted):
      throw Misreading("`\(scalar.text)` is wanted without quotes", at: place)
    default:
      guard case .bool(let value) = PlainScalar(scalar.text).conversion else {
        throw Misreading("`true` or `false` is wanted, not \(quoted(scalar.text))", at: place)
      }
      throw Misreading("`true` or `false` is wanted: write `\(value)` for \(quoted(scalar.text))", at: place)
    }
  }

  /// A size with its unit: `100 GB`, `10GB`, `512 MiB`.
  public func bytes() throws(Misreading) -> ByteCount {
    try parsed("a size such as `100 GB`", by: ByteCount.init)
  }

  /// `95%`, `99.9%`.
  public func percent() throws(Misreading) -> Percentage {
    try parsed("a percentage such as `95%`", by: Percentage.init)
  }

  /// `$500`.
  public func money() throws(Misreading) -> Money {
    try parsed("an amount such as `$500`", by: Money.init)
  }

  /// `$0.08/h`.
  public func price() throws(Misreading) -> Price {
    try parsed("a price such as `$0.08/h`", by: Price.init)
  }

  /// Requests per second: `1000 rps`.
  public func ratePerSecond() throws(Misreading) -> Int {
    let wanted = "a rate such as `1000 rps`"
    let text = try formatted(wanted)
    let (number, unit) = Decimal.split(text)
    guard unit == "rps", !number.contains("."), let rate = Decimal.scaled(number, by: 1), rate <= Self.rateMax
    else {
      throw Misreading("\(quoted(text)) is no rate: write it like `1000 rps`", at: place)
    }
    return Int(rate)
  }

  /// More than any machine serves, and far from overflow in what is computed from it.
  private static let rateMax: Int64 = 1_000_000_000

  /// A value with a form of its own, parsed by a type that says in its error what is wanted.
  public func parsed<Value>(
    _ wanted: String, by parse: (String) throws(FormatError) -> Value
  ) throws(Misreading) -> Value {
    let text = try formatted(wanted)
    do throws(FormatError) {
      return try parse(text)
    } catch {
      throw Misreading("\(quoted(text)): \(error.message)", at: place)
    }
  }
}
