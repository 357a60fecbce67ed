/// What names of things look like: instances, secrets, roles, environments.
///
/// They become parts of paths, variables and resource names (`staging/instances/web`), so they hold nothing
/// that any of those would read as something else.
public enum EntryName {
  /// File names end at 255 bytes, and a name is only a part of one.
  public static let lengthMax = 64

  /// Whether the text may name an entry.
  public static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= lengthMax else { return false }
    return (isLetter(first) || first == UInt8(ascii: "_"))
      && name.utf8.allSatisfy {
        isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: "-")
      }
  }

  static func check(_ name: String, at place: Place) throws(Misreading) -> String {
    guard isValid(name) else {
      throw Misreading(
        "\(quoted(name)) is no name: a letter or `_` first, then letters, digits, `_` and `-`, at most \(lengthMax)",
        at: place)
    }
    return name
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
