import Calendar
import Host

/// The name of a log in the archive: its own, the moment of its last change, and how it is compressed, as in
/// `web.log.1.20261114T031500Z.gz`.
///
/// Rotation uses `web.log.1` for another file every day, so the moment is part of the name. And only what is named so is
/// ever purged from the archive: whatever else somebody keeps there is not this controller's.
struct ArchiveName {
  /// What already is compressed is moved as it is.
  static let compressed = [".gz", ".zst", ".xz", ".bz2"]

  let name: String
  let packing: Packing

  /// The name for `entry`; with `attempt` above 0, one more for a log whose name is taken by another's content.
  init(_ entry: FileEntry, attempt: Int = 0) {
    let original = "\(entry.name)"
    let suffix = Self.compressed.first { original.hasSuffix($0) }
    packing = suffix == nil ? .gzip : .asItIs
    let stem = suffix.map { String(original.dropLast($0.count)) } ?? original
    let again = attempt == 0 ? "" : "-\(attempt)"
    name = "\(stem).\(Self.stamp(entry.modified))\(again)\(suffix ?? ".gz")"
  }

  /// Whether `name` is one that this made.
  static func isOne(_ name: String) -> Bool { moment(of: name) != nil }

  /// The moment in a name that this made; nil: it is none.
  static func moment(of name: String) -> Instant? {
    guard let suffix = compressed.first(where: { name.hasSuffix($0) }) else { return nil }
    let rest = name.dropLast(suffix.count)
    guard let dot = rest.lastIndex(of: ".") else { return nil }
    let parts = rest[rest.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
    guard dot != rest.startIndex, (1...2).contains(parts.count),
      parts.dropFirst().allSatisfy({ Int($0) != nil })
    else { return nil }
    let digits = parts[0].filter { $0.isASCII && $0.isNumber }
    guard parts[0].count == 16, digits.count == 14, parts[0].dropFirst(8).first == "T", parts[0].last == "Z"
    else { return nil }
    func part(_ from: Int, _ count: Int) -> Substring { digits.dropFirst(from).prefix(count) }
    return Instant(
      rfc3339: "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))Z")
  }

  private static func stamp(_ instant: Instant) -> String {
    "\(Instant(seconds: instant.seconds))".filter { $0 != "-" && $0 != ":" }
  }
}
