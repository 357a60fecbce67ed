extension ByteCount {
  private static let units: [(name: String, bytes: Int64)] = [
    ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000),
  ]

  /// As people say it: `3.1 GB`, `412 B`; the largest unit that is reached, one decimal below ten.
  public var words: String {
    let unit = Self.units.first { bytes >= $0.bytes } ?? ("B", 1)
    return "\(number(in: unit.bytes)) \(unit.name)"
  }

  /// A part of a whole, both in the whole's unit: `3.1 of 10 GB`.
  public func words(of whole: ByteCount) -> String {
    let unit = Self.units.first { whole.bytes >= $0.bytes } ?? ("B", 1)
    return "\(number(in: unit.bytes)) of \(whole.number(in: unit.bytes)) \(unit.name)"
  }

  private func number(in unit: Int64) -> String {
    let tenths = bytes / max(1, unit / 10)
    return unit > 1 && tenths < 100 && tenths % 10 != 0 ? "\(tenths / 10).\(tenths % 10)" : "\(bytes / unit)"
  }
}
