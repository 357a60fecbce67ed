/// The answer to a request that was accepted: it is in the log, and the next plans see it.
public struct AnswerBody: Codable, Sendable, Hashable {
  /// The event that records it.
  public var sequence: Int64
  /// What was recorded.
  public var message: String

  /// All members, as documented above.
  public init(sequence: Int64, message: String) {
    self.sequence = sequence
    self.message = message
  }
}

/// The answer to `POST /v1/secrets/reveal`. The only body that ever bears a secret.
public struct RevealBody: Codable, Sendable, Hashable {
  /// Which secret: `environment/secrets/NAME`.
  public var resource: String
  /// Its value.
  public var value: String

  /// All members, as documented above.
  public init(resource: String, value: String) {
    self.resource = resource
    self.value = value
  }
}

/// The body of every answer that is no success.
public struct ErrorBody: Codable, Sendable, Hashable {
  /// A short stable name: `forbidden`, `unknown-subject`, `conflict`, `invalid`, `unavailable`, `not-found`,
  /// `too-large`, `busy`, `failed`.
  public var code: String
  /// What is wrong.
  public var message: String
  /// What was meant or can be done; nil where the message says it.
  public var hint: String?

  /// All members, as documented above.
  public init(code: String, message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }
}
