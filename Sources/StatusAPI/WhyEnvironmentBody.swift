public import Calendar

/// The answer to `GET /v1/why/environment`: why an environment as a whole stands as it does.
public struct WhyEnvironmentBody: Codable, Sendable, Hashable {
  /// The moment that it describes.
  public var at: Instant
  /// The environment, with its resources.
  public var environment: EnvironmentBody
  /// The resources that make its state what it is.
  public var decisive: [String]
  /// The file that says what it should be.
  public var file: FileBody
  /// The newest event about anything in it, and what led to that, back to a person, a file or time.
  public var trail: [EventBody]

  /// All members, as documented above.
  public init(
    at: Instant, environment: EnvironmentBody, decisive: [String], file: FileBody, trail: [EventBody]
  ) {
    self.at = at
    self.environment = environment
    self.decisive = decisive
    self.file = file
    self.trail = trail
  }
}
