public import Calendar
public import Reconciliation

/// Which events are asked for. Everything that is nil or empty lets all through; what is given must all hold.
public struct EventFilter: Sendable, Hashable {
  /// The most events that one question returns, so that no one can make the daemon hold its whole past in
  /// memory.
  public static let limitMax = 10_000

  /// Only events about one of these environments, and those about the daemon itself; nil: about any. What a caller's
  /// roles let him see is a filter like every other, so that a limit counts what is shown.
  public var environments: Set<String>?
  /// Events about this environment, section or resource.
  public var scope: Scope?
  /// Events of one of these kinds.
  public var kinds: Set<EventKind>
  /// Events at least this severe.
  public var severity: Severity?
  /// Events by this actor.
  public var actor: String?
  /// Events at or after this instant of the daemon's wall clock.
  public var since: Instant?
  /// Events before this instant.
  public var until: Instant?
  /// Events after this sequence: what is new to whoever has seen it.
  public var after: Int64?
  /// At most so many, from 0 to ``limitMax``.
  public var limit: Int
  /// The last events first. With a limit, it is the newest that are returned rather than the oldest.
  public var newestFirst: Bool

  /// A filter; by default one that lets the oldest 1,000 events through.
  public init(
    environments: Set<String>? = nil, scope: Scope? = nil, kinds: Set<EventKind> = [],
    severity: Severity? = nil, actor: String? = nil,
    since: Instant? = nil, until: Instant? = nil, after: Int64? = nil, limit: Int = 1_000,
    newestFirst: Bool = false
  ) {
    self.environments = environments
    self.scope = scope
    self.kinds = kinds
    self.severity = severity
    self.actor = actor
    self.since = since
    self.until = until
    self.after = after
    self.limit = limit
    self.newestFirst = newestFirst
  }
}
