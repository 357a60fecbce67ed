/// Zones by name, from wherever their TZif bytes are.
///
/// This target does no I/O: the loader does, and is only ever given names that cannot leave its folder.
public struct ZoneDatabase: Sendable {
  private let load: @Sendable (String) -> [UInt8]?

  /// A database over a loader that gives the TZif bytes of a name such as `Europe/Berlin`, or nil.
  public init(_ load: @escaping @Sendable (String) -> [UInt8]?) {
    self.load = load
  }

  /// A database that knows UTC alone.
  public static let utcOnly = ZoneDatabase { _ in nil }

  /// The zone of that name. `UTC` needs no loader.
  ///
  /// - Throws: ``CalendarError`` if the name is no IANA name, is not known, or its data cannot be read.
  public func zone(_ name: String) throws(CalendarError) -> Zone {
    if name == "UTC" { return .utc }
    guard Self.isValid(name) else {
      throw CalendarError("\(inQuotes(name)) is no time zone name; one looks like Europe/Berlin or UTC")
    }
    guard let bytes = load(name) else {
      throw CalendarError(
        "time zone \(name) is not known; names are those of the IANA database, as Europe/Berlin")
    }
    return try Zone(name: name, tzif: bytes)
  }

  /// Whether a text has the shape of a zone name: no `..`, not absolute, no empty part, only `A-Za-z0-9+-_/`.
  ///
  /// The rule is systemd's `timezone_is_valid`; it keeps the loader inside its folder.
  public static func isValid(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= longestName, !name.hasPrefix("/"), !name.hasSuffix("/") else {
      return false
    }
    var previous: UInt8 = 0
    for byte in name.utf8 {
      let isLetter = (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
      let isSlash = byte == UInt8(ascii: "/")
      if isSlash && previous == byte { return false }
      if !isLetter && !isSlash && !Scanner.isDigit(byte) && !"+-_".utf8.contains(byte) { return false }
      previous = byte
    }
    return true
  }

  /// Far above the longest name there is (`America/Argentina/ComodRivadavia`, 32).
  private static let longestName = 64
}
