import Calendar
import Cryptography
import Daemon
import EventLog
import Host
import Reconciliation
import StatusServer
import Synchronization

/// The daemon as the status socket sees it.
struct DaemonSource: StatusSource {
  private let daemon: Daemon
  private let configuration: Configuration
  private let log: EventLog
  private let stateFolder: String
  private let clock: any WallClock
  private let feed: EventFeed
  private let tally: Tally

  init(
    daemon: Daemon, configuration: Configuration, log: EventLog, feed: EventFeed, tally: Tally,
    stateFolder: String, clock: any WallClock
  ) {
    self.daemon = daemon
    self.configuration = configuration
    self.log = log
    self.feed = feed
    self.tally = tally
    self.stateFolder = stateFolder
    self.clock = clock
  }

  /// Both only grow, so that the sum stays the same only where neither did.
  var revision: UInt64 { daemon.revision + configuration.revision }

  func snapshot() async -> Snapshot {
    let figures = await daemon.figures
    var body = DaemonFigures(
      version: Stewardd.version, startedAt: figures.startedAt, configurationFolder: configuration.folder,
      stateFolder: stateFolder)
    body.lastTurnAt = figures.turnedAt
    body.logStalled = figures.stall
    body.problems = figures.problems
    body.tally = tally.now
    return Snapshot(reconciler: figures.reconciler, now: clock.now, daemon: body)
  }

  func submit(_ request: Request) async -> Reply { await daemon.submit(request) }

  func turnAway(_ caller: Caller, what: String) { daemon.turnAway(caller, what: what) }

  func caller(uid: UInt32, gid: UInt32, groups: [UInt32]) async -> Caller {
    Roles.caller(uid: uid, gid: gid, groups: groups, steward: configuration.steward)
  }

  func live() async -> AsyncStream<Event> { feed.listen() }

  func events(_ query: EventQuery) async throws -> [Event] {
    let filter = EventFilter(
      environments: query.environments, scope: query.scope, kinds: query.kinds, severity: query.severity,
      actor: query.actor,
      since: query.since,
      until: query.until, after: query.after, limit: query.limit, newestFirst: query.newestFirst)
    return try await log.events(matching: filter)
  }

  func verifyLog(against checkpoints: [LogCheckpoint]) async throws -> LogVerification {
    let heads = checkpoints.map { LogHead($0.sequence, hash: $0.hash) }
    return LogVerification(try await log.verify(against: heads), against: heads.count)
  }

  func checkpoint() async throws -> LogCheckpoint? {
    try await log.checkpoint().map { LogCheckpoint(sequence: $0.sequence, hash: $0.hash.hex, at: $1) }
  }
}

extension LogHead {
  /// The end that a checkpoint names, whose hash was read as 64 digits.
  init(_ sequence: Int64, hash: String) {
    self.init(sequence: sequence, hash: SHA256Digest(hex: hash)!)
  }
}

extension LogVerification {
  /// What the log's own examination came to, against so many checkpoints.
  init(_ verification: Verification, against checkpoints: Int = 0) {
    let held =
      checkpoints == 0
      ? "" : ", as \(checkpoints == 1 ? "the checkpoint says" : "\(checkpoints) checkpoints say")"
    switch verification {
    case .ok(let count, let head):
      self.init(
        events: count, head: "\(head)", brokenAt: nil,
        message: "\(count) events, the chain is whole\(held), head \(head)")
    case .broken(let at, let what):
      self.init(
        events: max(0, at - 1), head: nil, brokenAt: at, message: "broken at event \(at): \(what)")
    }
  }
}

/// Counts events as they become durable, for `/metrics`.
final class Tally: Sendable {
  private let counted = Mutex(EventTally())

  /// What has been counted so far.
  var now: EventTally { counted.withLock { $0 } }

  func count(_ events: [Event]) {
    counted.withLock { for event in events { $0.count(event) } }
  }
}
