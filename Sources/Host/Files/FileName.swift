import Glibc

/// The name of an entry of a folder as the kernel keeps it: bytes without a slash or a zero, in no encoding.
///
/// Kept as bytes because a name that is not UTF-8 would come back from a `String` changed, and an unlink of
/// the changed name misses the file, or hits another.
public struct FileName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name and the zero that ends it, ready for a system call.
  let terminated: [UInt8]

  /// The name's bytes.
  public var bytes: ArraySlice<UInt8> { terminated.dropLast() }

  /// A name from text. `nil` for what cannot name an entry: nothing, ".", "..", or with a slash or a zero in
  /// it.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, text != ".", text != "..", !bytes.contains(0), !bytes.contains(UInt8(ascii: "/"))
    else {
      return nil
    }
    terminated = bytes + [0]
  }

  init(terminated: [UInt8]) { self.terminated = terminated }

  /// The name as text; where bytes are not UTF-8 or characters are not seen, every byte that is no ASCII appears as `\xFF`:
  /// for people, not for opening.
  public var description: String {
    if let text = String(validating: bytes, as: UTF8.self),
      !text.unicodeScalars.contains(where: \.isUnseen)
    {
      return text
    }
    return bytes.map { byte in
      if (32..<127).contains(byte) { return String(UnicodeScalar(byte)) }
      return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }

  /// Whether the name fits a shell pattern, as fnmatch(3) reads it.
  public func matches(_ pattern: String) -> Bool { withCString { fnmatch(pattern, $0, 0) == 0 } }

  public static func < (left: FileName, right: FileName) -> Bool {
    left.terminated.lexicographicallyPrecedes(right.terminated)
  }

  func withCString<R, E: Error>(_ body: (UnsafePointer<CChar>) throws(E) -> R) throws(E) -> R {
    try terminated.withUnsafeBufferPointer { buffer throws(E) in
      try buffer.baseAddress!.withMemoryRebound(to: CChar.self, capacity: buffer.count) { name throws(E) in
        try body(name)
      }
    }
  }
}
