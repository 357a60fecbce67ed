import Calendar
import CrashPoints
import Cryptography
import FoundationEssentials
import GRDB
public import Reconciliation
import Synchronization

extension EventLog {
  /// The longest message, in bytes: it is one line.
  static let messageBytesMax = 16 << 10
  /// The longest body, in bytes of canonical JSON.
  static let bodyBytesMax = 1 << 20

  /// Appends events in one transaction: when this returns, all of them are durable; when it throws, none is,
  /// but see ``EventLogError/Kind/broken``. Nothing waits in Swift's own threads meanwhile, and cancellation
  /// does not cut it short, for its caller must know what became of the events.
  ///
  /// - Parameter events: Their sequences continue the log's without a gap, and no cause comes after its
  ///   event.
  /// - Throws: ``EventLogError``.
  public func append(_ events: [Event]) async throws(EventLogError) {
    guard !events.isEmpty else { return }
    let bodies = events.map(\.body.bytes)
    let result: Result<Void, EventLogError> = await withCheckedContinuation { continuation in
      connections.asyncWriteWithoutTransaction { [self] db in
        continuation.resume(
          returning: Result { () throws(EventLogError) in try write(events, bodies, to: db) })
      }
    }
    try result.get()
  }

  private func write(_ events: [Event], _ bodies: [[UInt8]], to db: Database) throws(EventLogError) {
    let (before, defect) = state.withLock { ($0.head, $0.defect) }
    if let defect { throw defect }
    try check(events, bodies, after: before.sequence)
    do {
      var head = before
      try effect("log.commit") {
        try db.inTransaction(.immediate) {
          head = try insert(events, bodies, after: before, into: db)
          return .commit
        }
      }
      state.withLock { $0.head = head }
      if writeAhead.pages >= writeAhead.limit { try checkpoint(db) }
    } catch {
      let failure = EventLogError(error, path: path, while: "append \(events.count) events")
      if failure.kind == .broken { state.withLock { $0.defect = failure } }
      throw failure
    }
  }

  private func insert(
    _ events: [Event], _ bodies: [[UInt8]], after before: LogHead, into db: Database
  ) throws -> LogHead {
    var insertion = try EventInsertion(after: before, into: db)
    for (event, body) in zip(events, bodies) { try insertion.insert(event, body: body) }
    let head = insertion.head
    try db.cachedStatement(sql: "UPDATE head SET sequence = ?, hash = ?").execute(
      arguments: [head.sequence, Data(head.hash.bytes)])
    return head
  }

  private func check(
    _ events: [Event], _ bodies: [[UInt8]], after last: Int64
  ) throws(EventLogError) {
    for (event, (body, expected)) in zip(events, zip(bodies, (last + 1)...)) {
      guard event.sequence == expected else {
        throw EventLogError(
          .refused, path, "event \(event.sequence) was to be appended where \(expected) is next")
      }
      if let cause = event.cause, cause < 1 || cause >= event.sequence {
        throw EventLogError(.refused, path, "event \(event.sequence) names event \(cause) as its cause")
      }
      guard event.message.utf8.count <= Self.messageBytesMax else {
        throw EventLogError(
          .refused, path, "event \(event.sequence)'s message is over \(Self.messageBytesMax) bytes")
      }
      guard body.count <= Self.bodyBytesMax else {
        throw EventLogError(
          .refused, path, "event \(event.sequence)'s body is over \(Self.bodyBytesMax) bytes")
      }
      guard !hasNUL(event.actor), !hasNUL(event.scope?.environment), !hasNUL(event.scope?.controller),
        !hasNUL(event.scope?.name)
      else {
        throw EventLogError(.refused, path, "event \(event.sequence) has a name with a NUL in it")
      }
    }
  }

  private func hasNUL(_ name: String?) -> Bool { name?.utf8.contains(0) == true }

  /// Moves what is committed from the write-ahead log into the file. That there is no space for it takes
  /// nothing away and is tried again later; that the disk fails ends the log.
  private func checkpoint(_ db: Database) throws {
    writeAhead.pages = 0
    do {
      _ = try effect("log.checkpoint") { try db.checkpoint(.passive) }
    } catch let error as DatabaseError where EventLogError.Kind(error.extendedResultCode) == .full {
      return
    }
  }
}
