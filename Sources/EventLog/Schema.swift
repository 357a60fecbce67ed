import GRDB

/// The tables, and what marks a file as an event log of ours.
enum Schema {
  /// `SLog` in ASCII: what `file` and SQLite's header tell the file by.
  static let applicationID: Int32 = 0x534C_6F67
  /// The number of the last migration below.
  static let version: Int32 = 1

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 events") { db in
      try db.execute(sql: events)
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "PRAGMA user_version = 1")
    }
    return migrator
  }

  // `head` says how far the log goes, so that events which are missing at its end are missed. The triggers
  // keep honest programs honest; the hashes find the others. `sequence` is not left to SQLite, and the
  // trigger on INSERT also stops INSERT OR REPLACE, which fires no trigger on DELETE. Every index ends with
  // the sequence, being the table's key; so each width of scope has its own, from which the newest events
  // come without sorting the others.
  private static let events = """
    CREATE TABLE events (
      sequence INTEGER PRIMARY KEY,
      instant INTEGER NOT NULL,
      environment TEXT,
      controller TEXT,
      resource TEXT,
      kind TEXT NOT NULL,
      severity TEXT NOT NULL,
      actor TEXT NOT NULL,
      cause INTEGER,
      message TEXT NOT NULL,
      body TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;
    CREATE INDEX events_by_environment ON events (environment);
    CREATE INDEX events_by_section ON events (environment, controller);
    CREATE INDEX events_by_resource ON events (environment, controller, resource);
    CREATE INDEX events_by_kind ON events (kind);
    CREATE INDEX events_by_severity ON events (severity);
    CREATE INDEX events_by_actor ON events (actor);
    CREATE INDEX events_by_instant ON events (instant);
    CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events
      WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM events)
      BEGIN SELECT RAISE(ABORT, 'events are appended one after the other'); END;
    CREATE TRIGGER events_never_change BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'events never change'); END;
    CREATE TRIGGER events_never_go BEFORE DELETE ON events
      BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
    CREATE TABLE head (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      sequence INTEGER NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;
    INSERT INTO head (one, sequence, hash) VALUES (1, 0, zeroblob(32));
    CREATE TRIGGER head_never_goes BEFORE DELETE ON head
      BEGIN SELECT RAISE(ABORT, 'the head is never deleted'); END;
    """
}
