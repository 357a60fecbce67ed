import GRDB

extension Configuration {
  /// How long a connection waits for another program, `sqlite3` in someone's hand, to let go of the file.
  private static let patience = 5.0

  /// Connections of the daemon: one that writes, and readers.
  static var writing: Configuration {
    var configuration = Configuration()
    configuration.label = "event log"
    configuration.busyMode = .timeout(patience)
    configuration.maximumReaderCount = 4
    configuration.persistentReadOnlyConnections = true
    configuration.prepareDatabase(harden)
    return configuration
  }

  /// A connection that cannot write.
  static var reading: Configuration {
    var configuration = Configuration()
    configuration.label = "event log, reading"
    configuration.readonly = true
    configuration.busyMode = .timeout(patience)
    configuration.prepareDatabase(harden)
    return configuration
  }

  @Sendable private static func harden(_ db: Database) throws {
    // SQLite's automatic checkpoint throws its errors away, a failed fsync among them; ours does not.
    try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
    // A damaged page or schema is to be an error, not a guess.
    try db.execute(sql: "PRAGMA cell_size_check = ON")
    try db.execute(sql: "PRAGMA trusted_schema = OFF")
  }
}
