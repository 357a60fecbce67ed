public import Calendar
internal import Glibc

/// The machine's time zones.
public enum SystemZones {
  static let folder = "/usr/share/zoneinfo"
  /// The largest zone of the database has a few kilobytes.
  static let zoneBytesMax = 256 << 10

  /// Zones from /usr/share/zoneinfo (tzfile(5)). Links are followed: many zones are links to others.
  public static let database = ZoneDatabase { name in
    // The database hands over only names that stay in the folder; that is looked at again here, where files
    // are opened.
    guard ZoneDatabase.isValid(name) else { return nil }
    let path = "\(folder)/\(name)"
    guard let file = try? Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), "open", path) else {
      return nil
    }
    return try? file.readAll(bytesMax: zoneBytesMax, from: path)
  }

  /// The name of the machine's own zone: where /etc/localtime leads to (localtime(5)), else what
  /// /etc/timezone says, else UTC.
  public static var localName: String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { bytes in
      readlink("/etc/localtime", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    if count > 0, let name = name(inLink: String(decoding: buffer[..<count], as: UTF8.self)) { return name }
    if let bytes = try? PseudoFile.read("/etc/timezone") {
      let name = String(decoding: bytes.prefix { $0 > 32 }, as: UTF8.self)
      if ZoneDatabase.isValid(name) { return name }
    }
    return "UTC"
  }

  static func name(inLink target: String) -> String? {
    let parts = target.split(separator: "/").map(String.init)
    guard let start = parts.lastIndex(of: "zoneinfo") else { return nil }
    var names = parts[(start + 1)...]
    // Variants with and without leap seconds.
    if let first = names.first, first == "posix" || first == "right" { names = names.dropFirst() }
    let name = names.joined(separator: "/")
    if name == "Etc/UTC" || name == "Etc/UCT" { return "UTC" }
    return ZoneDatabase.isValid(name) ? name : nil
  }
}

extension SystemZones {
  /// The machine's own zone; UTC where its name leads to none.
  public static var local: Zone { (try? database.zone(localName)) ?? .utc }
}
