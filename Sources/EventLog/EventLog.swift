import CrashPoints
import GRDB
import Synchronization

/// Everything the daemon remembers: events in one SQLite file, appended and never changed, each durable when
/// ``append(_:)`` returns and each covered by a hash over all before it.
///
/// One connection of one process writes; it alone moves the write-ahead log into the file (a checkpoint).
/// SQLite before 3.51.3 can damage a file in which two connections do both.
public final class EventLog: Sendable {
  /// The log's path.
  public let path: String
  let connections: DatabasePool
  let reader: LogReader
  let state: Mutex<State>
  let writeAhead = WriteAhead()
  private let lock: LogLock

  struct State {
    var head: LogHead
    /// What broke the log: nothing is written after it.
    var defect: EventLogError?
  }

  /// Opens the log at `path`, or begins one, and examines what is there: the file's structure and every
  /// event's hash, 0.4 s for 100,000 events. Blocks the thread that calls it.
  ///
  /// - Throws: ``EventLogError``: `refused` where another process writes it or the file is not ours; `broken`
  ///   where an event is not what was written, in which case nothing was changed; `full`.
  public static func open(at path: String) throws(EventLogError) -> EventLog {
    do {
      try LogFile.prepare(path)
      let lock = try LogLock(of: path)
      let head = try examine(path)
      let connections = try effect("log.open") { try DatabasePool(path: path, configuration: .writing) }
      try effect("log.migrate") { try Schema.migrator.migrate(connections) }
      try connections.writeWithoutTransaction { try $0.makeDurable(path) }
      let log = EventLog(path: path, connections: connections, lock: lock, head: head)
      connections.writeWithoutTransaction { log.writeAhead.follow($0) }
      return log
    } catch {
      throw EventLogError(error, path: path, while: "open the event log")
    }
  }

  private init(path: String, connections: DatabasePool, lock: LogLock, head: LogHead) {
    self.path = path
    self.connections = connections
    self.reader = LogReader(path: path, connections: connections)
    self.state = Mutex(State(head: head))
    self.lock = lock
  }

  /// The end of what is durable.
  public var head: LogHead { state.withLock(\.head) }

  /// The sequence of the last durable event; 0 where there is none.
  public var lastSequence: Int64 { head.sequence }

  /// Ends reading and writing, and gives the lock back. A log that is merely released does the same, a little
  /// later. Blocks the thread that calls it.
  public func close() {
    effect("log.close") {
      // SQLite moves the write-ahead log into the file where the connection that can write is the last to close, and GRDB
      // closes it first.
      connections.invalidateReadOnlyConnections()
      // What is durable stays so; an error of the last checkpoint is met again by the next start.
      try? connections.close()
    }
    lock.release()
  }

  /// Looks at the file through a connection that cannot write, so that a damaged log stays as it was found.
  private static func examine(_ path: String) throws -> LogHead {
    do {
      return try look(at: path)
    } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
      // A log has a rollback journal only while it is begun, before write-ahead logging is on. Whoever began this one
      // was killed at it; SQLite takes back what was begun as soon as somebody who may write reads.
      try effect("log.recover") {
        try DatabaseQueue(path: path, configuration: .writing).write { db in
          _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master")
        }
      }
      return try look(at: path)
    }
  }

  private static func look(at path: String) throws -> LogHead {
    guard LogFile.size(of: path) != 0 else { return .start }
    let verification = try DatabaseQueue(path: path, configuration: .reading).read { db in
      let examination = Examination(path: path, db: db)
      return try examination.isBegun() ? examination.run(depth: .quick) : .ok(count: 0, head: .start)
    }
    switch verification {
    case .ok(_, let head): return head
    case .broken: throw EventLogError.damaged(path, verification.description)
    }
  }
}

extension Database {
  /// A commit returns when the disk has it. GRDB sets NORMAL when it turns write-ahead logging on, with which
  /// a power cut takes back commits: so this comes last, and what SQLite made of it is read back.
  fileprivate func makeDurable(_ path: String) throws {
    try execute(sql: "PRAGMA synchronous = FULL")
    let durability = try durability()
    guard durability == Durability() else {
      throw EventLogError(
        .refused, path,
        "the file system does not let the event log be durable: journal_mode is \(durability.journalMode), "
          + "synchronous is \(durability.synchronous); put the state folder on a local file system")
    }
  }

  /// How the connection writes, as SQLite itself says.
  func durability() throws -> Durability {
    Durability(
      journalMode: try String.fetchOne(self, sql: "PRAGMA journal_mode") ?? "",
      synchronous: try Int.fetchOne(self, sql: "PRAGMA synchronous") ?? -1,
      automaticCheckpoint: try Int.fetchOne(self, sql: "PRAGMA wal_autocheckpoint") ?? -1)
  }
}

/// The settings on which "acknowledged means kept" rests; by default as they must be.
struct Durability: Equatable {
  var journalMode = "wal"
  /// 2 is FULL.
  var synchronous = 2
  var automaticCheckpoint = 0
}
