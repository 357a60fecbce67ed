import Calendar
import Cryptography
import GRDB
import GRDBSQLite
import Reconciliation

/// Writes events as rows, the hash of each over the one before.
///
/// The bytes that are hashed are those that SQLite is given: bound by address and length, so that a text may hold a NUL
/// (a child's output can), and that no value is wrapped, copied and unwrapped on its way.
struct EventInsertion {
  private let statement: Statement
  private var encoding = ChainEncoding()
  private(set) var head: LogHead

  init(after head: LogHead, into db: Database) throws {
    self.head = head
    let marks = Array(repeating: "?", count: EventRow.columns.count).joined(separator: ", ")
    statement = try db.cachedStatement(
      sql: "INSERT INTO events (\(EventRow.columns.joined(separator: ", "))) VALUES (\(marks))")
  }

  /// Inserts `event`, whose body is these bytes of canonical JSON.
  mutating func insert(_ event: Event, body: [UInt8]) throws {
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
    try insertRow()
  }

  /// Binds by address (SQLITE_STATIC): the bytes stay where they are until the row is written.
  private func insertRow() throws {
    let row = statement.sqliteStatement
    try encoding.bytes.withUnsafeBytes { bytes in
      try head.hash.bytes.withUnsafeBytes { hash in
        for (index, column) in zip(Int32(1)..., encoding.columns) {
          let code =
            switch column {
            case .null: sqlite3_bind_null(row, index)
            case .integer(let number): sqlite3_bind_int64(row, index, number)
            case .text(let range):
              sqlite3_bind_text(
                row, index, bytes.baseAddress! + range.lowerBound, Int32(range.count), nil)
            }
          try require(code, SQLITE_OK)
        }
        let last = Int32(EventRow.columns.count)
        try require(sqlite3_bind_blob(row, last, hash.baseAddress, Int32(hash.count), nil), SQLITE_OK)
        let code = sqlite3_step(row)
        // Resetting repeats the step's own error; clearing lets go of the addresses.
        sqlite3_reset(row)
        sqlite3_clear_bindings(row)
        try require(code, SQLITE_DONE)
      }
    }
  }

  private func require(_ code: Int32, _ wanted: Int32) throws {
    guard code != wanted else { return }
    let connection = sqlite3_db_handle(statement.sqliteStatement)
    throw DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: sqlite3_errmsg(connection).map { String(cString: $0) })
  }
}
