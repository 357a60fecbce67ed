extension TimeSpan: CustomStringConvertible {
  /// The span as systemd writes it, `1month 2d 3h`, spans under a minute with a point: `55.500000s`.
  public var description: String {
    var parts: [String] = []
    if months / 12 > 0 { parts.append("\(months / 12)y") }
    if months % 12 > 0 { parts.append("\(months % 12)month") }
    var rest = duration.wholeMicroseconds
    for (name, size, places) in Self.units where rest >= size {
      if rest < Self.minute && rest % size > 0 {
        parts.append("\(rest / size).\(padded(Int(rest % size), places))\(name)")
        rest = 0
      } else {
        parts.append("\(rest / size)\(name)")
        rest %= size
      }
    }
    return parts.isEmpty ? "0" : parts.joined(separator: " ")
  }

  private static let minute: Int64 = 60_000_000

  /// Name, microseconds, and the digits after a point.
  private static let units: [(name: String, size: Int64, places: Int)] = [
    ("w", 604_800_000_000, 0), ("d", 86_400_000_000, 0), ("h", 3_600_000_000, 0), ("min", minute, 0),
    ("s", 1_000_000, 6), ("ms", 1000, 3), ("us", 1, 0),
  ]
}

extension TimeSpan: Codable {
  /// Decodes the span from its text.
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  /// Encodes the span as its description, which reads back as the same span.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
