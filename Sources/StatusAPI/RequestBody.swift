public import Calendar

/// The body of `POST /v1/requests/VERB` and `POST /v1/secrets/reveal`.
///
/// | VERB | `scope` | `until` | `reason` | `digest` |
/// |---|---|---|---|---|
/// | `open`, `close` | environment, section or resource | needed | needed | |
/// | `suspend` | environment, section or resource | optional | needed | |
/// | `end`, `resume`, `reconcile` | environment, section or resource | | | |
/// | `rotate`, `drill`, `restart` … | a resource | | optional | |
/// | `approve` | a resource | | optional | needed |
/// | reveal | a secret | | | |
public struct RequestBody: Sendable, Hashable, Codable {
  /// What is asked about: `staging`, `staging/instances`, `staging/instances/web`.
  public var scope: String
  /// When it ends by itself.
  public var until: Instant?
  /// Why.
  public var reason: String?
  /// The digest of the action that is approved, from the plan.
  public var digest: String?

  /// All members, as documented above.
  public init(scope: String, until: Instant? = nil, reason: String? = nil, digest: String? = nil) {
    self.scope = scope
    self.until = until
    self.reason = reason
    self.digest = digest
  }

  private enum Key: String, CodingKey, CaseIterable { case scope, until, reason, digest }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads the body, and refuses members that it does not know: a mistyped `until` must not suspend for good.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: AnyKey.self)
    if let stranger = members.allKeys.first(where: { Key(rawValue: $0.stringValue) == nil }) {
      throw DecodingError.dataCorruptedError(
        forKey: stranger, in: members,
        debugDescription: "no such member; there are: "
          + Key.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let container = try decoder.container(keyedBy: Key.self)
    scope = try container.decode(String.self, forKey: .scope)
    until = try container.decodeIfPresent(Instant.self, forKey: .until)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    digest = try container.decodeIfPresent(String.self, forKey: .digest)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(scope, forKey: .scope)
    try container.encodeIfPresent(until, forKey: .until)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encodeIfPresent(digest, forKey: .digest)
  }
}
