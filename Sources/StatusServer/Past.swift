import Reconciliation

/// What the log tells of how something came to stand as it does.
struct Past: Sendable {
  /// The last events about it, the oldest first.
  var events: [Event] = []
  /// The event that led here, then what led to that, back to a person, a file or time.
  var trail: [Event] = []
  /// The event by which the version of the file that is in force came into force.
  var adopted: Event?

  /// How many of a resource's events are told.
  static let eventsMax = 10
  /// How far back causes are followed: a rotation asked for by a person has ten links from end to beginning.
  static let trailMax = 12

  /// What is no step on the way: what was only read or refused, and what was said about a state that came otherwise.
  private static let asides: Set<EventKind> = [
    .revealed, .denied, .lapsed, .finding, .cleared, .known, .usage,
  ]

  /// What the log tells of `scope`. `events` finds them, the newest first unless asked otherwise; `orders` are the
  /// events by which people decided that are in force.
  init(
    of scope: Scope, orders: [Int64], events find: (EventQuery) async throws -> [Event]
  ) async throws {
    let newest = try await find(EventQuery(scope: scope, limit: Past.eventsMax))
    events = newest.sorted { $0.sequence < $1.sequence }
    adopted = try await find(
      EventQuery(scope: Scope(environment: scope.environment), kinds: [.adopted], limit: 1)
    ).first
    var head = newest.first { !Past.asides.contains($0.kind) }
    if let order = orders.max(), order > head?.sequence ?? 0 {
      head = try await Past.event(order, find)
    }
    head = head ?? adopted
    while let event = head, trail.count < Past.trailMax {
      trail.append(event)
      head = nil
      if let cause = event.cause, cause < event.sequence { head = try await Past.event(cause, find) }
    }
  }

  private static func event(
    _ sequence: Int64, _ find: (EventQuery) async throws -> [Event]
  ) async throws -> Event? {
    try await find(EventQuery(after: sequence - 1, limit: 1, newestFirst: false)).first {
      $0.sequence == sequence
    }
  }
}
