/// Why something could not be sealed or opened. Says nothing about the key or the content.
public enum SealingError: Error, Hashable, CustomStringConvertible {
  /// A key of this many bytes was given.
  case keyLength(Int)
  /// The cipher refused to seal.
  case notSealed
  /// The key or the context is another, or the sealed bytes were changed.
  case notOpened

  public var description: String {
    switch self {
    case .keyLength(let count): "a sealing key has \(SealingKey.length) bytes, this one has \(count)"
    case .notSealed: "it could not be sealed"
    case .notOpened:
      "it does not open: it was sealed with another key or for another place, or was changed since"
    }
  }
}
