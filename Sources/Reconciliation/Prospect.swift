public import Calendar

/// What `steward check` found out about one resource by running the files forward, for the rules that look for what
/// cannot hold.
public struct Prospect: Sendable {
  /// What the file says of the environment.
  public let environment: EnvironmentHeader
  /// The stretch of time that is looked at: five years for `steward check`.
  public let span: Range<Instant>
  /// What was done to the resource, by verb.
  public internal(set) var deeds: [String: Deeds]

  /// How often an action was begun.
  public struct Deeds: Sendable, Hashable {
    /// How often.
    public internal(set) var count = 0
    /// How often while everything that depends on the resource was off, as written.
    public internal(set) var unattended = 0
    /// When that happened first.
    public internal(set) var firstUnattended: Instant?

    /// Never yet.
    public init() {}
  }

  /// A prospect; tests make their own.
  public init(_ environment: EnvironmentHeader, over span: Range<Instant>, deeds: [String: Deeds] = [:]) {
    self.environment = environment
    self.span = span
    self.deeds = deeds
  }
}
