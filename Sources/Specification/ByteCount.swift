/// A size in bytes as operators write it: `10GB` and `100 GB` count in thousands, `512 MiB` in 1024s.
public struct ByteCount: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// The size in bytes.
  public var bytes: Int64

  /// So many bytes.
  public init(bytes: Int64) {
    self.bytes = bytes
  }

  /// - Throws: a message that says what is wanted.
  public init(_ text: String) throws(FormatError) {
    let wanted = "a size is written with its unit: `100 GB`, `512 MiB`, `0 B`"
    let (number, unit) = Decimal.split(text)
    guard let scale = Self.scales[String(unit)] else {
      let meant = Self.scales.keys.first { $0.lowercased() == unit.lowercased() }
      throw FormatError(meant.map { "the unit \(quoted(String(unit))) is written `\($0)`" } ?? wanted)
    }
    guard let bytes = Decimal.scaled(number, by: scale) else { throw FormatError(wanted) }
    self.bytes = bytes
  }

  private static let scales: [String: Int64] = [
    "B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
    "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
  ]

  /// The largest decimal unit that loses nothing, else the largest binary one: `100 GB`, `512 MiB`, `1234 B`.
  public var description: String {
    for unit in ["TB", "GB", "MB", "kB", "TiB", "GiB", "MiB", "KiB"] {
      if let scale = Self.scales[unit], bytes != 0, bytes.isMultiple(of: scale) {
        return "\(bytes / scale) \(unit)"
      }
    }
    return "\(bytes) B"
  }

  public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
