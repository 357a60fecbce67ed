public import Calendar

/// What a look found. Unknown is never absent: nothing is started, deleted or rotated because a look failed.
public enum Observation<Observed: Sendable & Equatable>: Sendable, Equatable {
  /// The look succeeded, at this instant.
  case known(Observed, at: Instant)
  /// The look failed: why, as one line for a person, and since when nothing has been known.
  case unknown(reason: String, since: Instant)

  /// What is known; nil while unknown.
  public var value: Observed? {
    guard case .known(let value, _) = self else { return nil }
    return value
  }

  /// The same observation of something else.
  public func map<Other>(_ transform: (Observed) throws -> Other) rethrows -> Observation<Other> {
    switch self {
    case .known(let value, let at): .known(try transform(value), at: at)
    case .unknown(let reason, let since): .unknown(reason: reason, since: since)
    }
  }
}
