import Calendar
import EventLog
import Fixtures
import GRDB
import Reconciliation
import Testing

@Suite("Asking for events")
struct FilterTests {
  /// Two whole blocks and the beginning of a third.
  static let all = Event.samples(1...700)

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
    (EventFilter(since: all[600].at), { $0.at >= all[600].at }),
    (EventFilter(after: 190), { $0.sequence > 190 }),
    (EventFilter(after: 512), { $0.sequence > 512 }),
    (
      EventFilter(scope: Scope("staging"), severity: .notice, actor: "anna", since: all[20].at, after: 30),
      {
        $0.scope?.environment == "staging" && $0.severity >= .notice && $0.actor == "anna" && $0.sequence > 30
      }
    ),
  ]

  @Test("a log of the version before is searched as it is, and brought up to date when it is opened")
  func versionBefore() async throws {
    let folder = ScratchFolder()
    _ = try await EventLog.write(700, at: folder.log)
    let connection = try DatabaseQueue(path: folder.log)
    try await connection.write { db in
      try db.execute(
        sql: """
          DROP TRIGGER blocks_are_told; DROP TABLE blocks; CREATE INDEX events_by_kind ON events (kind);
          DELETE FROM grdb_migrations WHERE identifier = '2 blocks'; PRAGMA user_version = 1;
          """)
    }
    try connection.close()
    let filter = EventFilter(scope: Scope("dev/secrets/API_KEY"), limit: 10, newestFirst: true)
    let expected = Array(Self.all.filter { $0.scope?.name == "API_KEY" }.reversed().prefix(10))
    #expect(try await LogReader(at: folder.log).events(matching: filter) == expected)
    let log = try EventLog.open(at: folder.log)
    #expect(try await log.events(matching: filter) == expected)
    #expect(try await log.verify().isOK)
    log.close()
  }

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
