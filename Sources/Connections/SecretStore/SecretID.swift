/// Which secret: an environment's name and the secret's name in it.
public struct SecretID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The environment's name.
  public let environment: String
  /// The secret's name, as `POSTGRES_PASSWORD`.
  public let name: String

  /// Names the secret `name` of `environment`.
  public init(environment: String, name: String) {
    self.environment = environment
    self.name = name
  }

  public var description: String { "\(environment)/\(name)" }

  public static func < (left: SecretID, right: SecretID) -> Bool {
    (left.environment, left.name) < (right.environment, right.name)
  }

  /// The longest part, in bytes; with an ending it still fits a file's name (255).
  static let partBytesMax = 200

  /// Whether both parts can be the names of files, neither hidden nor leading elsewhere.
  var isWellFormed: Bool {
    [environment, name].allSatisfy { part in
      let first = part.utf8.first
      return first != nil && first != UInt8(ascii: ".") && part.utf8.count <= Self.partBytesMax
        && part.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    }
  }
}
