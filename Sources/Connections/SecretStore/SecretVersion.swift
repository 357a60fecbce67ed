public import Calendar

/// What is known of one version of a secret, all but its value.
public struct SecretVersion: Sendable, Hashable, Codable {
  /// How far a version has come. A rotation goes pending → set → tested → current, looking before each step;
  /// the version that was current is then the previous one until its overlap ends.
  public enum Phase: String, Sendable, Codable, CaseIterable {
    /// The value exists here and nowhere else.
    case pending
    /// What the secret is for was told the value.
    case set
    /// What the secret is for accepted the value.
    case tested
    /// The value to use.
    case current
    /// The value before it, which may still be in use until `overlapUntil`.
    case previous

    /// Whether the version is still on its way to being used.
    public var isUnderway: Bool {
      switch self {
      case .pending, .set, .tested: true
      case .current, .previous: false
      }
    }
  }

  /// Its number: 1, 2, 3 …; never used again, even when the version is removed.
  public let number: Int
  /// When its value was made.
  public let created: Instant
  /// How far it has come.
  public var phase: Phase
  /// For a previous version: until when it stays valid. nil for all others.
  public var overlapUntil: Instant?
  /// The account that its value is the password of, where a server was told or will be; nil for all others.
  public let user: String?

  /// A version of this number and phase.
  public init(number: Int, created: Instant, phase: Phase, overlapUntil: Instant? = nil, user: String? = nil)
  {
    self.number = number
    self.created = created
    self.phase = phase
    self.overlapUntil = overlapUntil
    self.user = user
  }
}
