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
  static func isOne(_ name: String) -> Bool {
    guard let suffix = compressed.first(where: { name.hasSuffix($0) }) else { return false }
    let rest = name.dropLast(suffix.count)
    guard let dot = rest.lastIndex(of: ".") else { return false }
    let parts = rest[rest.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
    guard dot != rest.startIndex, (1...2).contains(parts.count),
      parts.dropFirst().allSatisfy({ Int($0) != nil })
    else { return false }
    let stamp = Array(parts[0].utf8)
    return stamp.count == 16 && stamp[8] == UInt8(ascii: "T") && stamp[15] == UInt8(ascii: "Z")
      && stamp.enumerated().allSatisfy { index, byte in
        index == 8 || index == 15 || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  private static func stamp(_ instant: Instant) -> String {
    "\(Instant(seconds: instant.seconds))".filter { $0 != "-" && $0 != ":" }
  }
}
