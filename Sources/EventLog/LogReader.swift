import GRDB
public import Reconciliation

/// A log that is only read: a file that no daemon has open, a copy, a backup; or the readers' side of a live
/// one.
public struct LogReader: Sendable {
  /// The log's path.
  public let path: String
  private let connections: any DatabaseReader

  /// Opens a file for reading, whether a daemon writes it or not. Leaves the folder as it was.
  /// - Throws: ``EventLogError`` where there is no such file or it is no event log.
  public init(at path: String) throws(EventLogError) {
    do {
      try LogFile.requireFile(path)
      let connections = try DatabaseQueue(path: Self.address(of: path), configuration: .reading)
      self.init(path: path, connections: connections)
      guard try connections.read({ try Examination(path: path, db: $0).isBegun() }) else {
        throw EventLogError(.refused, path, "no event was ever written to it")
      }
    } catch {
      throw EventLogError(error, path: path, while: "open the event log")
    }
  }

  init(path: String, connections: any DatabaseReader) {
    self.path = path
    self.connections = connections
  }

  /// The events that `filter` lets through.
  /// - Throws: ``EventLogError``; `CancellationError`.
  public func events(matching filter: EventFilter) async throws -> [Event] {
    try await reading { db in
      var events: [Event] = []
      try EventSearch(filter: filter, db: db).run { events.append(try event($0)) }
      return events
    }
  }

  /// Passes every event to `body`, from the first on. Blocks the thread that calls it: it is for the start.
  /// - Throws: ``EventLogError``, and what `body` throws.
  public func replay(_ body: (Event) throws -> Void) throws {
    do {
      try connections.read { db in
        let rows = try Row.fetchCursor(db, sql: "\(EventRow.select) ORDER BY sequence")
        while let row = try rows.next().map(EventRow.init) { try body(try event(row)) }
      }
    } catch let error as DatabaseError {
      throw EventLogError(error, path: path, while: "read the events")
    }
  }

  /// Examines the whole log, down to what searches go by: seconds for a million events. Writing goes on meanwhile.
  /// - Parameters:
  ///   - checkpoints: Ends that the log had earlier, by notes kept elsewhere: it must still pass through each.
  ///   - progress: Called with the number of events seen, every 10,000 events.
  /// - Throws: ``EventLogError`` where it cannot be read at all; `CancellationError`.
  public func verify(
    against checkpoints: [LogHead] = [], progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws -> Verification {
    try await reading {
      try Examination(path: path, db: $0, checkpoints: checkpoints).run(depth: .full, progress: progress)
    }
  }

  private func reading<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
    do {
      return try await connections.read(body)
    } catch let error as DatabaseError {
      throw EventLogError(error, path: path, while: "read the events")
    }
  }

  private func event(_ row: EventRow) throws(EventLogError) -> Event {
    do {
      return try row.event()
    } catch {
      throw EventLogError(
        .refused, path,
        "event \(row.sequence) has a \(error.column) that this version does not know: "
          + "a newer steward wrote it"
      )
    }
  }

  /// Where no write-ahead log lies beside the file, nothing writes it, and SQLite is told so: else it would
  /// leave files of its own beside, say, a backup.
  private static func address(of path: String) -> String {
    if LogFile.size(of: "\(path)-wal") ?? 0 > 0 { return path }
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~".utf8)
    var address = "file:"
    for byte in path.utf8 {
      let digits = String(byte, radix: 16)
      address += plain.contains(byte) ? String(Unicode.Scalar(byte)) : (byte < 16 ? "%0" : "%") + digits
    }
    return address + "?immutable=1"
  }
}
