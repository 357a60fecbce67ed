import GRDB
import GRDBSQLite

/// How far the write-ahead log has grown, as SQLite says after each commit.
///
/// Only the connection that writes reads and changes it, one block after the other on that connection's own queue:
/// hence unchecked.
final class WriteAhead: @unchecked Sendable {
  /// Its pages that are not in the file yet.
  var pages: Int32 = 0
  /// Pages of 4 KB after which they are moved into the file: SQLite's own habit.
  var limit: Int32 = 1_000

  /// Takes the place of SQLite's automatic checkpoint, which throws its errors away.
  func follow(_ db: Database) {
    let me = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_wal_hook(
      db.sqliteConnection,
      { me, _, _, pages in
        Unmanaged<WriteAhead>.fromOpaque(me!).takeUnretainedValue().pages = pages
        return SQLITE_OK
      }, me)
  }
}
