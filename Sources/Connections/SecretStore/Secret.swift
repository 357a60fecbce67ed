import Cryptography

/// The clear value of a secret. Whatever prints, dumps or reflects it gets a placeholder, and it has no
/// `Codable`: the only ways out are ``withBytes(_:)`` and ``reveal()``, which a reader of the code can search
/// for.
public struct Secret: Sendable {
  private let bytes: [UInt8]

  /// Takes bytes as the secret.
  public init(_ bytes: some Collection<UInt8>) {
    self.bytes = Array(bytes)
  }

  /// Takes a text's UTF-8 bytes as the secret.
  public init(_ text: String) {
    self.init(text.utf8)
  }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// Lends the clear bytes for the length of one call: to a child's standard input, into a private file.
  public func withBytes<T, E: Error>(_ body: ([UInt8]) throws(E) -> T) throws(E) -> T {
    try body(bytes)
  }

  /// Lends the clear value as text, with what is no UTF-8 replaced.
  public func withText<T, E: Error>(_ body: (String) throws(E) -> T) throws(E) -> T {
    try body(String(decoding: bytes, as: UTF8.self))
  }

  /// The clear value as text, for whoever asked to be shown it. Every caller records who that was.
  public func reveal() -> String {
    withText { $0 }
  }
}

extension Secret: Equatable {
  /// Compares in a time that tells nothing but the lengths.
  public static func == (left: Secret, right: Secret) -> Bool {
    equalInConstantTime(left.bytes, right.bytes)
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "(secret)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
