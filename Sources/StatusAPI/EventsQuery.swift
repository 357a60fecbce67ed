public import Calendar

/// Which events are asked for: the query of `GET /v1/events`. What is given must all hold.
public struct EventsQuery: Sendable, Hashable {
  /// About this environment, section or resource.
  public var scope: String?
  /// Of one of these kinds.
  public var kinds: [String] = []
  /// At least this severe.
  public var severity: String?
  /// By this actor.
  public var actor: String?
  /// At or after this moment.
  public var since: Instant?
  /// Before this moment.
  public var until: Instant?
  /// After this sequence: then the oldest come first. Without it, the newest are answered.
  public var after: Int64?
  /// At most so many.
  public var limit: Int?

  /// Asks for the newest events of all kinds.
  public init() {}

  /// The names of the query's items, as the server knows them.
  public enum Item: String, CaseIterable, Sendable {
    case scope, kind, severity, actor, since, until, after, limit, follow
  }

  /// The items of the query.
  var items: [(name: String, value: String)] {
    let single: [(Item, String?)] = [
      (.scope, scope), (.severity, severity), (.actor, actor), (.since, since.map { "\($0)" }),
      (.until, until.map { "\($0)" }), (.after, after.map { "\($0)" }), (.limit, limit.map { "\($0)" }),
    ]
    return single.compactMap { item, value in value.map { (item.rawValue, $0) } }
      + kinds.map { (Item.kind.rawValue, $0) }
  }
}
