import Calendar
import EventLog
import Fixtures
import Reconciliation
import Testing

@Suite("Asking for events")
struct FilterTests {
  static let all = Event.samples(1...200)

  static let filters: [(EventFilter, @Sendable (Event) -> Bool)] = [
    (EventFilter(environments: ["staging"]), { $0.scope.map { $0.environment == "staging" } ?? true }),
    (EventFilter(environments: []), { $0.scope == nil }),
    (EventFilter(scope: Scope("staging")), { $0.scope?.environment == "staging" }),
    (EventFilter(scope: Scope("staging/instances")), { $0.scope?.controller == "instances" }),
    (EventFilter(scope: Scope("dev/secrets/API_KEY")), { $0.scope?.name == "API_KEY" }),
    (EventFilter(scope: Scope("nowhere' OR 1=1 --")), { _ in false }),
    (EventFilter(kinds: [.done, .failed]), { $0.kind == .done || $0.kind == .failed }),
    (EventFilter(severity: .warning), { $0.severity >= .warning }),
    (EventFilter(severity: .info), { _ in true }),
    (EventFilter(actor: "anna"), { $0.actor == "anna" }),
    (EventFilter(since: all[50].at), { $0.at >= all[50].at }),
    (EventFilter(until: all[50].at), { $0.at < all[50].at }),
    (EventFilter(after: 190), { $0.sequence > 190 }),
    (
      EventFilter(scope: Scope("staging"), severity: .notice, actor: "anna", since: all[20].at, after: 30),
      {
        $0.scope?.environment == "staging" && $0.severity >= .notice && $0.actor == "anna" && $0.sequence > 30
      }
    ),
  ]

  @Test("each condition lets through what it says and nothing else, in either order and up to the limit")
  func conditions() async throws {
    let folder = ScratchFolder()
    let log = try EventLog.open(at: folder.log)
    try await log.append(Self.all)
    for (filter, admits) in Self.filters {
      let expected = Self.all.filter(admits)
      #expect(try await log.events(matching: filter) == expected, "\(filter)")
      var newest = filter
      newest.newestFirst = true
      newest.limit = 5
      #expect(try await log.events(matching: newest) == Array(expected.reversed().prefix(5)), "\(filter)")
    }
    #expect(try await log.events(matching: EventFilter(limit: 0)).isEmpty)
    #expect(try await log.events(matching: EventFilter(limit: -3)).isEmpty)
  }
}
