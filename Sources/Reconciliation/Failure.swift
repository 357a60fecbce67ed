/// Why a look, an action or a request did not succeed. No text of it ever contains a secret.
public struct Failure: Error, Sendable, Hashable, Codable, CustomStringConvertible {
  /// What follows from a failure.
  public enum Class: String, Sendable, Codable {
    /// It may succeed later as it is: tried again with back-off.
    case transient
    /// It cannot succeed until the file changes.
    case terminal
    /// It cannot succeed until a person has done something; `steward reconcile` then tries again.
    case needsOperator
  }

  /// A short stable name: `spawn`, `timeout`, `disk-full`.
  public let code: String
  /// What was attempted: `start web#2`.
  public let operation: String
  /// On what: a path, a command, an address.
  public let subject: String
  /// What went wrong, as the system said it.
  public let cause: String
  /// What follows from it.
  public let `class`: Class

  /// A failure of `operation` on `subject`.
  public init(_ class: Class, code: String, operation: String, subject: String, cause: String) {
    self.code = code
    self.operation = operation
    self.subject = subject
    self.cause = cause
    self.class = `class`
  }

  public var description: String { "\(operation): \(subject): \(cause)" }
}

/// What an action that took place has to tell: one line for people, and particulars for later plans.
public struct Outcome: Sendable, Hashable, Codable {
  /// One line: `purged 12 files, 3.1 GB`.
  public let message: String
  /// What later plans or readers of the log need: bytes freed, a duration, a version.
  public let details: JSON

  /// An outcome.
  public init(_ message: String, details: JSON = .object([:])) {
    self.message = message
    self.details = details
  }
}
