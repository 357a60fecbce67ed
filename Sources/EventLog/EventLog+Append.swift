import Calendar
import CrashPoints
import Cryptography
import FoundationEssentials
import GRDB
public import Reconciliation
import Synchronization

extension EventLog {
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
      guard let objection = objection(to: event, body, expected: expected) else { continue }
      throw EventLogError(
        .refused, path, "event \(event.sequence) \(objection)", event: event.sequence)
    }
  }

  private func objection(to event: Event, _ body: [UInt8], expected: Int64) -> String? {
    if event.sequence != expected { return "was to be appended where \(expected) is next" }
    if let cause = event.cause, cause < 1 || cause >= event.sequence {
      return "names event \(cause) as its cause"
    }
    if event.message.utf8.count > Event.messageBytesMax {
      return "has a message over \(Event.messageBytesMax) bytes"
    }
    if body.count > Event.bodyBytesMax { return "has a body over \(Event.bodyBytesMax) bytes" }
    let names = [event.actor, event.scope?.environment, event.scope?.controller, event.scope?.name]
    return names.contains(where: hasNUL) ? "has a name with a NUL in it" : nil
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
