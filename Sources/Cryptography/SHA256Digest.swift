/// A SHA-256 digest: 32 bytes, written as 64 lower-case hexadecimal digits.
public struct SHA256Digest: Sendable, Hashable {
  /// The length of every digest, in bytes.
  public static let length = 32

  /// The digest itself: ``length`` bytes.
  public let bytes: [UInt8]

  /// Digests `content` at once. For what does not fit into memory, use ``SHA256Hasher``.
  public init(of content: some Collection<UInt8>) {
    var hasher = SHA256Hasher()
    hasher.update(content)
    self = hasher.finish()
  }

  /// Takes bytes that are a digest already; nil where they are not exactly ``length`` bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = Array(bytes)
  }

  /// Reads 64 hexadecimal digits, of either case; nil for anything else.
  public init?(hex: some StringProtocol) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hex.encode(bytes) }
}

extension SHA256Digest: CustomStringConvertible {
  public var description: String { hex }
}
