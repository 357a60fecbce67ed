import Cryptography

/// The bytes whose SHA-256 is an event's hash: the hash of the event before it, then every column in the
/// order of the table. Each column is marked with its type and carries its length, so that no two different
/// events have the same bytes and whoever holds a log can check it with a few lines of any language:
///
///     32 bytes  hash of the event before; zeros for the first
///      1 byte   1, the version of this encoding
///     then for each column but `hash`
///      1 byte   0  NULL, nothing follows
///               1  INTEGER: 8 bytes, two's complement, big-endian
///               2  TEXT: 8 bytes of length, big-endian, then the UTF-8 bytes
struct ChainEncoding {
  /// What stands for the hash before the first event.
  static let origin = SHA256Digest(bytes: [UInt8](repeating: 0, count: SHA256Digest.length))!

  /// A column as it was added; a text by where its bytes lie.
  enum Column {
    case null
    case integer(Int64)
    case text(Range<Int>)
  }

  private(set) var bytes: [UInt8] = []
  private(set) var columns: [Column] = []

  /// Begins the encoding of the event after `previous`. One value serves many events, so that walking a log
  /// of hundreds of thousands does not allocate for each.
  mutating func begin(after previous: SHA256Digest) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: previous.bytes)
    bytes.append(1)
    columns.removeAll(keepingCapacity: true)
  }

  mutating func add(_ number: Int64?) {
    guard let number else {
      bytes.append(0)
      return columns.append(.null)
    }
    bytes.append(1)
    appendBigEndian(number)
    columns.append(.integer(number))
  }

  mutating func add(text: some Collection<UInt8>) {
    bytes.append(2)
    appendBigEndian(Int64(text.count))
    bytes.append(contentsOf: text)
    columns.append(.text(bytes.count - text.count..<bytes.count))
  }

  mutating func add(text: String?) {
    if let text { add(text: text.utf8) } else { add(nil as Int64?) }
  }

  /// The hash of what was added since ``begin(after:)``.
  var hash: SHA256Digest { SHA256Digest(of: bytes) }

  private mutating func appendBigEndian(_ number: Int64) {
    let number = UInt64(bitPattern: number)
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }
}
