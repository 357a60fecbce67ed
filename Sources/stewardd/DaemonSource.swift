import Calendar
import Daemon
import EventLog
import Host
import Reconciliation
import StatusServer

/// The daemon as the status socket sees it.
actor DaemonSource: StatusSource {
  private let daemon: Daemon
  private let configuration: Configuration
  private let log: EventLog
  private let stateFolder: String
  private let clock: any WallClock
  private let roles: Roles
  private var tally = EventTally()

  init(
    daemon: Daemon, configuration: Configuration, log: EventLog, stateFolder: String, clock: any WallClock
  ) {
    self.daemon = daemon
    self.configuration = configuration
    self.log = log
    self.stateFolder = stateFolder
    self.clock = clock
    roles = Roles(accounts: SystemAccounts())
  }

  /// Counts what happens, for `/metrics`.
  func countEvents() async {
    for await event in await daemon.follow(after: 0) { tally.count(event) }
  }

  func snapshot() async -> Snapshot {
    let figures = await daemon.figures
    var body = DaemonFigures(
      version: Stewardd.version, startedAt: figures.startedAt, configurationFolder: configuration.folder,
      stateFolder: stateFolder)
    body.lastTurnAt = figures.turnedAt
    body.logStalled = figures.stall
    body.problems = figures.problems
    body.tally = tally
    return Snapshot(reconciler: figures.reconciler, revision: figures.revision, now: clock.now, daemon: body)
  }

  nonisolated func submit(_ request: Request) async -> Reply { await daemon.submit(request) }

  nonisolated func turnAway(_ caller: Caller, what: String) { daemon.turnAway(caller, what: what) }

  nonisolated func caller(uid: UInt32, gid: UInt32, groups: [UInt32]) async -> Caller {
    roles.caller(uid: uid, gid: gid, groups: groups, steward: configuration.steward)
  }

  nonisolated func live() async -> AsyncStream<Event> { await daemon.follow(after: 0) }

  nonisolated func events(_ query: EventQuery) async throws -> [Event] {
    let filter = EventFilter(
      environments: query.environments, scope: query.scope, kinds: query.kinds, severity: query.severity,
      actor: query.actor,
      since: query.since,
      until: query.until, after: query.after, limit: query.limit, newestFirst: query.newestFirst)
    return try await log.events(matching: filter)
  }

  nonisolated func verifyLog() async throws -> LogVerification {
    switch try await log.verify() {
    case .ok(let count, let head):
      LogVerification(
        events: count, head: "\(head)", brokenAt: nil,
        message: "\(count) events, the chain is whole, head \(head)")
    case .broken(let at, let what):
      LogVerification(events: at - 1, head: nil, brokenAt: at, message: "broken at event \(at): \(what)")
    }
  }
}
