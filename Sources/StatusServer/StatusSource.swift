public import Calendar
public import Reconciliation

/// What the server asks of the daemon. Every call may come from any task at any time; none may block a
/// thread.
public protocol StatusSource: Sendable {
  /// Grows whenever anything that is shown, or who may see it, may have changed, and before that can be seen in any
  /// other way: an answer that was begun at this revision may be given again while it stays. Read for every request,
  /// on the thread that serves: answer at once.
  var revision: UInt64 { get }
  /// The daemon as it stands.
  func snapshot() async -> Snapshot
  /// Takes a person's request, and answers when the event that records it is durable.
  func submit(_ request: Request) async -> Reply
  /// Records that somebody who may see nothing asked to.
  func turnAway(_ caller: Caller, what: String) async
  /// Who the process at the other end of a socket is, with the roles that it has now. The answer counts for its
  /// connection while the revision stays, but for ``ServerLimits/answerFor`` at most: the machine may know its users by
  /// other names meanwhile.
  func caller(uid: UInt32, gid: UInt32, groups: [UInt32]) async -> Caller
  /// Events of the log: only durable ones, in the order that ``EventQuery/newestFirst`` says.
  func events(_ query: EventQuery) async throws -> [Event]
  /// Events as they become durable, from this call on, for ``EventFeed`` or the like. The stream may leave
  /// some out where its reader is slow (the server sees the gap and reads the log), but never reorders. It
  /// ends when the daemon stops.
  func live() async -> AsyncStream<Event>
  /// Reads the whole log and says whether it is what was written, and still passes through each checkpoint.
  func verifyLog(against checkpoints: [LogCheckpoint]) async throws -> LogVerification
  /// The end of what is durable of the log; nil where it holds nothing.
  func checkpoint() async throws -> LogCheckpoint?
}

/// The daemon as it stands at one moment.
public struct Snapshot: Sendable {
  /// The reducer: a copy.
  public var reconciler: Reconciler
  /// The moment.
  public var now: Instant
  /// The daemon itself.
  public var daemon: DaemonFigures

  /// A snapshot.
  public init(reconciler: Reconciler, now: Instant, daemon: DaemonFigures) {
    self.reconciler = reconciler
    self.now = now
    self.daemon = daemon
  }
}

/// What is to be told of the daemon itself.
public struct DaemonFigures: Sendable {
  /// Its version.
  public var version: String
  /// Since when it runs.
  public var startedAt: Instant
  /// Where it reads what the environments should be.
  public var configurationFolder: String
  /// Where it keeps its log and its secrets.
  public var stateFolder: String
  /// When its loop last turned.
  public var lastTurnAt: Instant?
  /// Why the log cannot be written, if it cannot.
  public var logStalled: String?
  /// What is wrong with its configuration as a whole, one line each; what is wrong with one environment
  /// stands there.
  public var problems: [String] = []
  /// What has happened since it runs.
  public var tally = EventTally()

  /// A daemon that has not turned yet.
  public init(version: String, startedAt: Instant, configurationFolder: String, stateFolder: String) {
    self.version = version
    self.startedAt = startedAt
    self.configurationFolder = configurationFolder
    self.stateFolder = stateFolder
  }
}

/// The end of the log at one moment.
public struct LogCheckpoint: Sendable, Hashable {
  /// The last event's sequence.
  public var sequence: Int64
  /// Its hash in hexadecimal.
  public var hash: String
  /// When it happened.
  public var at: Instant

  /// The end of a log.
  public init(sequence: Int64, hash: String, at: Instant) {
    self.sequence = sequence
    self.hash = hash
    self.at = at
  }
}

/// What an examination of the whole log came to.
public struct LogVerification: Sendable, Hashable {
  /// How many events were found whole.
  public var events: Int64
  /// The last one's hash in hexadecimal; nil where the chain is broken.
  public var head: String?
  /// The first event that is not as it was written; nil where the chain is whole.
  public var brokenAt: Int64?
  /// All that in one line.
  public var message: String

  /// What an examination came to.
  public init(events: Int64, head: String?, brokenAt: Int64?, message: String) {
    self.events = events
    self.head = head
    self.brokenAt = brokenAt
    self.message = message
  }
}
