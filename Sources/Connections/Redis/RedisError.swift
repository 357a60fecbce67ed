/// Why a Redis server did not do what it was asked. No text of it contains a password.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What follows from an error.
  public enum Kind: String, Sendable {
    /// Nobody answered, or not in time: it may be so again in a minute, or not.
    case unreachable
    /// The login was refused: a wrong password, an account that is not there or is off.
    case login
    /// The account may not do it.
    case denied
    /// The server answered with any other error.
    case refused
    /// `redis-cli` could not be run, or printed what is no answer.
    case client
  }

  /// What follows from it.
  public let kind: Kind
  /// Which server.
  public let address: RedisAddress
  /// What it said.
  public let reason: String

  /// An error of this kind.
  public init(_ kind: Kind, _ address: RedisAddress, _ reason: String) {
    self.kind = kind
    self.address = address
    self.reason = reason
  }

  /// The error of a reply, by the word that it begins with (`WRONGPASS`, `NOAUTH`, `NOPERM`, …).
  public init(answering reply: String, from address: RedisAddress) {
    let kind: Kind =
      switch reply.prefix(while: { $0 != " " }) {
      case "WRONGPASS", "NOAUTH": .login
      case "NOPERM": .denied
      case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN": .unreachable
      default: .refused
      }
    self.init(kind, address, reply)
  }

  public var description: String { "\(address): \(reason)" }
}
