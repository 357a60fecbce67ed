public import Cryptography

/// The end of a log: the last event's place and the hash that covers it and everything before it. Whoever
/// writes it down elsewhere can later prove that this part of the log is still what it was.
public struct LogHead: Sendable, Hashable, CustomStringConvertible {
  /// The last event's sequence; 0 where there is none.
  public let sequence: Int64
  /// The last event's hash; ``start``'s where there is none.
  public let hash: SHA256Digest

  /// The end of a log of `sequence` events, the last of which has the hash `hash`.
  public init(sequence: Int64, hash: SHA256Digest) {
    self.sequence = sequence
    self.hash = hash
  }

  /// The end of an empty log, whose hash is 32 zero bytes.
  public static let start = LogHead(sequence: 0, hash: ChainEncoding.origin)

  public var description: String { "\(sequence):\(hash.hex)" }
}
