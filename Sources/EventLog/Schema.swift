import GRDB

/// The tables, and what marks a file as an event log of ours.
enum Schema {
  /// `SLog` in ASCII: what `file` and SQLite's header tell the file by.
  static let applicationID: Int32 = 0x534C_6F67
  /// The number of the last migration below.
  static let version: Int32 = 2
  /// How many events a block tells about: 256 take some 100 KB, which are read through in a millisecond.
  static let blockLength: Int64 = 256

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 events") { db in
      try db.execute(sql: events)
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "PRAGMA user_version = 1")
    }
    migrator.registerMigration("2 blocks") { db in
      try db.execute(sql: blocks)
      try db.execute(sql: "PRAGMA user_version = 2")
    }
    return migrator
  }

  // `head` says how far the log goes, so that events which are missing at its end are missed. The triggers
  // keep honest programs honest; the hashes find the others. `sequence` is not left to SQLite, and the
  // trigger on INSERT also stops INSERT OR REPLACE, which fires no trigger on DELETE.
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

  // What the events of one block are about, written once, with its last event: so finding events costs a look at one
  // row in 256, and keeping them costs an event nothing, where an index by scope, kind, severity, actor and instant
  // would each dirty a page or ten with every transaction. Every list begins and ends with a comma; a scope is written
  // with a slash behind each part, so that a wider scope is its beginning, and the daemon's own is a slash.
  private static let blocks = """
    DROP INDEX IF EXISTS events_by_environment;
    DROP INDEX IF EXISTS events_by_section;
    DROP INDEX IF EXISTS events_by_resource;
    DROP INDEX IF EXISTS events_by_kind;
    DROP INDEX IF EXISTS events_by_severity;
    DROP INDEX IF EXISTS events_by_actor;
    DROP INDEX IF EXISTS events_by_instant;
    CREATE TABLE blocks (
      first INTEGER PRIMARY KEY,
      earliest INTEGER NOT NULL,
      latest INTEGER NOT NULL,
      scopes TEXT NOT NULL,
      kinds TEXT NOT NULL,
      severities TEXT NOT NULL,
      actors TEXT NOT NULL
    ) STRICT;
    INSERT INTO blocks \(summary) GROUP BY (sequence - 1) / \(blockLength) HAVING count(*) = \(blockLength);
    CREATE TRIGGER blocks_are_told AFTER INSERT ON events WHEN NEW.sequence % \(blockLength) = 0
      BEGIN INSERT INTO blocks \(summary) WHERE sequence > NEW.sequence - \(blockLength); END;
    """

  private static let summary = """
    SELECT min(sequence), min(instant), max(instant),
      ',' || group_concat(DISTINCT \(scope)) || ',', ',' || group_concat(DISTINCT kind) || ',',
      ',' || group_concat(DISTINCT severity) || ',', ',' || group_concat(DISTINCT actor) || ','
    FROM events
    """

  /// An event's scope as ``blocks`` names it.
  static let scope =
    "coalesce(environment, '') || '/' || coalesce(controller || '/', '') || coalesce(resource || '/', '')"
}
