import Calendar
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
  /// Transactions, and events, after which what is committed is moved into the file. A transaction of one
  /// event touches some ten pages, one per index among them, so the write-ahead log stays around 4 MB, which
  /// is what SQLite's own habit of 1,000 pages comes to.
  static let checkpointEvery = (transactions: 100, events: 1_000)

  /// Appends events in one transaction: when this returns, all of them are durable; when it throws, none is,
  /// but see ``EventLogError/Kind/broken``. Nothing waits in Swift's own threads meanwhile, and cancellation
  /// does not cut it short, for its caller must know what became of the events.
  ///
  /// - Parameter events: Their sequences continue the log's without a gap, and no cause comes after its
  ///   event.
  /// - Throws: ``EventLogError``.
  public func append(_ events: [Event]) async throws(EventLogError) {
    guard !events.isEmpty else { return }
    let result: Result<Void, EventLogError> = await withCheckedContinuation { continuation in
      connections.asyncWriteWithoutTransaction { [self] db in
        continuation.resume(returning: Result { () throws(EventLogError) in try write(events, to: db) })
      }
    }
    try result.get()
  }

  private func write(_ events: [Event], to db: Database) throws(EventLogError) {
    let (before, defect) = state.withLock { ($0.head, $0.defect) }
    if let defect { throw defect }
    try check(events, after: before.sequence)
    do {
      var head = before
      try db.inTransaction(.immediate) {
        head = try insert(events, after: before, into: db)
        return .commit
      }
      let checkpointIsDue = state.withLock { state in
        state.head = head
        state.sinceCheckpoint.transactions += 1
        state.sinceCheckpoint.events += events.count
        return state.sinceCheckpoint.transactions >= Self.checkpointEvery.transactions
          || state.sinceCheckpoint.events >= Self.checkpointEvery.events
      }
      if checkpointIsDue { try checkpoint(db) }
    } catch {
      let failure = EventLogError(error, path: path, while: "append \(events.count) events")
      if failure.kind == .broken { state.withLock { $0.defect = failure } }
      throw failure
    }
  }

  private func insert(_ events: [Event], after before: LogHead, into db: Database) throws -> LogHead {
    let marks = EventRow.columns.map { $0 == "message" ? "CAST(? AS TEXT)" : "?" }.joined(separator: ", ")
    let statement = try db.cachedStatement(
      sql: "INSERT INTO events (\(EventRow.columns.joined(separator: ", "))) VALUES (\(marks))")
    var head = before
    var encoding = ChainEncoding()
    for event in events {
      let body = event.body.description
      encoding.begin(after: head.hash)
      encoding.add(event.sequence)
      encoding.add(event.at.microseconds)
      encoding.add(text: event.scope?.environment)
      encoding.add(text: event.scope?.controller)
      encoding.add(text: event.scope?.name)
      encoding.add(text: event.kind.rawValue)
      encoding.add(text: event.severity.rawValue)
      encoding.add(text: event.actor)
      encoding.add(event.cause)
      encoding.add(text: event.message)
      encoding.add(text: body)
      head = LogHead(sequence: event.sequence, hash: encoding.hash)
      try statement.execute(arguments: [
        event.sequence, event.at.microseconds, event.scope?.environment, event.scope?.controller,
        event.scope?.name,
        event.kind.rawValue, event.severity.rawValue, event.actor, event.cause,
        // As bytes: a text that is bound as such ends at its first NUL, and a child's output may hold one.
        Data(event.message.utf8), body, Data(head.hash.bytes),
      ])
    }
    try db.execute(
      sql: "UPDATE head SET sequence = ?, hash = ?", arguments: [head.sequence, Data(head.hash.bytes)])
    return head
  }

  private func check(_ events: [Event], after last: Int64) throws(EventLogError) {
    for (event, expected) in zip(events, (last + 1)...) {
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
      guard event.body.description.utf8.count <= Self.bodyBytesMax else {
        throw EventLogError(
          .refused, path, "event \(event.sequence)'s body is over \(Self.bodyBytesMax) bytes")
      }
      let names = [event.scope?.environment, event.scope?.controller, event.scope?.name, event.actor]
      guard !names.contains(where: { $0?.utf8.contains(0) == true }) else {
        throw EventLogError(.refused, path, "event \(event.sequence) has a name with a NUL in it")
      }
    }
  }

  /// Moves what is committed from the write-ahead log into the file. That there is no space for it takes
  /// nothing away and is tried again later; that the disk fails ends the log.
  private func checkpoint(_ db: Database) throws {
    state.withLock { $0.sinceCheckpoint = (0, 0) }
    do {
      try db.checkpoint(.passive)
    } catch let error as DatabaseError where EventLogError.Kind(error.extendedResultCode) == .full {
      return
    }
  }
}
