public import Calendar
public import Reconciliation

/// Which events are asked of the log. Everything that is nil or empty lets all through; what is given must
/// all hold.
public struct EventQuery: Sendable, Hashable {
  /// Only events of these environments and of none: what the caller may see. Nil for one who may see all.
  public var environments: Set<String>?
  /// Events about this environment, section or resource.
  public var scope: Scope?
  /// Events of one of these kinds.
  public var kinds: Set<EventKind>
  /// Events at least this severe.
  public var severity: Severity?
  /// Events by this actor.
  public var actor: String?
  /// Events at or after this moment.
  public var since: Instant?
  /// Events before this moment.
  public var until: Instant?
  /// Events after this sequence.
  public var after: Int64?
  /// At most so many.
  public var limit: Int
  /// The last events first. With a limit, it is the newest that are returned.
  public var newestFirst: Bool

  /// A query; by default one for the newest 100 events.
  public init(
    environments: Set<String>? = nil, scope: Scope? = nil, kinds: Set<EventKind> = [],
    severity: Severity? = nil, actor: String? = nil, since: Instant? = nil, until: Instant? = nil,
    after: Int64? = nil, limit: Int = 100, newestFirst: Bool = true
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

  /// Whether the query lets `event` through, its limit aside.
  public func matches(_ event: Event) -> Bool {
    if let environments, let environment = event.scope?.environment, !environments.contains(environment) {
      return false
    }
    if let scope, event.scope.map({ scope.reaches($0) }) != true { return false }
    if !kinds.isEmpty, !kinds.contains(event.kind) { return false }
    if let severity, event.severity < severity { return false }
    if let actor, event.actor != actor { return false }
    if let since, event.at < since { return false }
    if let until, event.at >= until { return false }
    if let after, event.sequence <= after { return false }
    return true
  }
}

extension Scope {
  /// Whether what is said of this scope is said of the other one.
  func reaches(_ other: Scope) -> Bool {
    environment == other.environment
      && (controller == nil || controller == other.controller)
      && (name == nil || name == other.name)
  }
}
