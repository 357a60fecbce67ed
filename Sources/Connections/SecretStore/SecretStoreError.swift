/// Why a store of secrets did not do what it was asked. Names the secret and the file, never a value nor what
/// a damaged file holds.
public struct SecretStoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the caller must make of it.
  public enum Kind: Sendable, Hashable {
    /// There is no such version. Known for certain.
    case absent
    /// What is stored cannot be trusted or opened: another key, a damaged or foreign file. What the secret
    /// is, is unknown; it is not absent, and no new one must be made in its place.
    case damaged
    /// The store cannot be reached or written for now. What the secret is, is unknown.
    case unavailable
    /// The store does not let steward in, or steward does not trust the store. What the secret is, is unknown until a person
    /// has mended it.
    case denied
    /// The request makes no sense. Nothing was changed.
    case refused
  }

  /// What the caller must make of it.
  public let kind: Kind
  /// What it is about: a secret's file, or the key's.
  public let subject: String
  /// What is wrong and what was meant.
  public let message: String

  /// An error of this kind; `message` must not hold any part of a value.
  public init(_ kind: Kind, _ subject: String, _ message: String) {
    self.kind = kind
    self.subject = subject
    self.message = message
  }

  public var description: String { "\(subject): \(message)" }
}
