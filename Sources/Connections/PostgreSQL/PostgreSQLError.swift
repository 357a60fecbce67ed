public import Reconciliation

/// Why a server did not do what it was asked. Holds what the server said first, never a statement or its parameters.
public struct PostgreSQLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The server's SQLSTATE (PostgreSQL's Appendix A); nil where it did not answer.
  public let state: String?
  /// What the server, or the way to it, said.
  public let message: String
  /// Whether a statement may have taken effect all the same: it was sent, and no answer came.
  public let isInDoubt: Bool
  /// Whether it is a login whose password was taken, and for which there was no room: the limits of a role and of a database
  /// are looked at after the password, that of the server before it is asked for.
  public let isOverLimit: Bool

  init(
    _ message: String, state: String? = nil, isInDoubt: Bool = false, wasAskedForPassword: Bool = false
  ) {
    self.state = state
    self.message = message
    self.isInDoubt = isInDoubt
    isOverLimit = state == "53300" && wasAskedForPassword
  }

  public var description: String { message }

  /// The server refused the login itself: a wrong password, or no such role; it does not say which.
  static let wrongPassword = "28P01"

  /// Whether it is that.
  public var isWrongPassword: Bool { state == Self.wrongPassword }

  /// What follows from it.
  public var `class`: Failure.Class {
    guard let state else { return .transient }
    switch state {
    // A standby, or a server set to read only: the next leader, or the operator's switch, ends it by time alone.
    case "25006": return .transient
    case Self.wrongPassword, "28000", "42501", "3D000", "42704": return .needsOperator
    default: break
    }
    switch state.prefix(2) {
    // Connection, rollback, resources, lock, operator's intervention (a shutdown, a start, a timeout), system, internal.
    case "08", "40", "53", "55", "57", "58", "XX": return .transient
    default: return .terminal
    }
  }
}

extension Failure {
  /// What an operation on the server at `address` failed by.
  public init(_ error: PostgreSQLError, _ operation: String, at address: PostgreSQLAddress) {
    self.init(
      error.class, code: error.state.map { "sqlstate-\($0)" } ?? "server", operation: operation,
      subject: "the server at \(address)", cause: error.message)
  }
}
