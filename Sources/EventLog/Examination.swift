import Cryptography
import FoundationEssentials
import GRDB

/// Looks whether a log is what was written: the file's structure, the schema, and every event's hash. Only
/// reads.
struct Examination {
  let path: String
  let db: Database
  /// How the log was known to go on at earlier moments, noted where nobody could change it.
  var checkpoints: [LogHead] = []

  /// How thorough the look at the file's structure is.
  enum Depth {
    /// `PRAGMA quick_check`: everything but whether the blocks agree with the events. For every start.
    case quick
    /// `PRAGMA integrity_check`, and whether the blocks agree.
    case full
  }

  /// Whether the file is an event log at all, of a version that this program reads; false for one in which
  /// nothing was written yet.
  /// - Throws: ``EventLogError`` of kind `refused` for a foreign file or a newer version's.
  func isBegun() throws -> Bool {
    let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if application == 0 && version == 0 {
      // A first start that was cut short may have come as far as the migrations' own table.
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE tbl_name NOT LIKE 'grdb%'")
      if tables.isEmpty { return false }
    }
    guard application == Schema.applicationID else {
      throw EventLogError(
        .refused, path, "is an SQLite database, but no event log of steward's: another path was meant")
    }
    guard version <= Schema.version else {
      throw EventLogError(
        .refused, path,
        "was written by a newer steward (format \(version), this one knows \(Schema.version)): "
          + "install that version, or move the file aside")
    }
    return true
  }

  /// Examines everything.
  /// - Parameter progress: Called with the number of events seen, every 10,000 events.
  func run(depth: Depth, progress: (Int64) -> Void = { _ in }) throws -> Verification {
    if let fault = try structuralFault(depth) { return .broken(at: 0, what: fault) }
    var head = LogHead.start
    var encoding = ChainEncoding()
    var promises = Promises(checkpoints)
    do {
      let rows = try Row.fetchCursor(db, sql: "\(EventRow.select) ORDER BY sequence")
      while let row = try rows.next().map(EventRow.init) {
        let expected = head.sequence + 1
        guard row.sequence == expected else {
          return .broken(at: expected, what: "it is missing; the next one is event \(row.sequence)")
        }
        let hash = row.hash(after: head.hash, using: &encoding)
        guard row.storedHash == hash else {
          return .broken(
            at: expected, what: "its hash does not match: it, or the event before it, was changed")
        }
        head = LogHead(sequence: expected, hash: hash)
        if let what = promises.breach(by: head) { return .broken(at: expected, what: what) }
        if expected.isMultiple(of: 10_000) { progress(expected) }
      }
    } catch let error as DatabaseError {
      return .broken(at: head.sequence + 1, what: "it cannot be read (\(error.resultCode))")
    }
    if depth == .full, let block = try forgetfulBlock() {
      return .broken(at: block, what: "the block that tells about it does not name what it is about")
    }
    let verification = try compare(head)
    guard verification.isOK, let missing = promises.next else { return verification }
    return .broken(
      at: head.sequence + 1,
      what: "it is missing: by the checkpoint, the log went on to event \(missing.sequence) at least")
  }

  /// The first event that a search would miss, because its block's row does not name it.
  private func forgetfulBlock() throws -> Int64? {
    guard try db.tableExists("blocks") else { return nil }
    return try Int64.fetchOne(
      db,
      sql: """
        SELECT sequence FROM events
        LEFT JOIN blocks ON first = (sequence - 1) / \(Schema.blockLength) * \(Schema.blockLength) + 1
        WHERE sequence <= (SELECT max(sequence) FROM events) / \(Schema.blockLength) * \(Schema.blockLength)
          AND (first IS NULL OR instant NOT BETWEEN earliest AND latest OR NOT instr(scopes, ',' || \(Schema.scope) || ',')
            OR NOT instr(kinds, ',' || kind || ',') OR NOT instr(severities, ',' || severity || ',')
            OR NOT instr(actors, ',' || actor || ','))
        ORDER BY sequence LIMIT 1
        """)
  }

  /// Events that were cut off at the end leave a whole chain; the stored head tells.
  private func compare(_ head: LogHead) throws -> Verification {
    guard let row = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM head"),
      let sequence = row[0] as Int64?, let bytes = row[1] as Data?, let hash = SHA256Digest(bytes: bytes)
    else { return .broken(at: 0, what: "the record of where the log ends is missing") }
    if sequence > head.sequence {
      return .broken(
        at: head.sequence + 1, what: "it is missing, and so is everything up to event \(sequence)")
    }
    if sequence < head.sequence {
      return .broken(at: sequence + 1, what: "it was not written by steward: the log ended before it")
    }
    guard hash == head.hash else {
      return .broken(at: sequence, what: "its hash is not the one the log ended with")
    }
    return .ok(count: sequence, head: head)
  }

  private func structuralFault(_ depth: Depth) throws -> String? {
    do {
      let check = depth == .quick ? "quick_check" : "integrity_check"
      let answers = try String.fetchAll(db, sql: "PRAGMA \(check)(1)")
      guard answers == ["ok"] else {
        return "the file's structure is damaged: \(answers.first ?? "no answer")"
      }
      return try schemaFault()
    } catch let error as DatabaseError {
      return "the file's structure is damaged (\(error.resultCode))"
    }
  }

  /// A trigger or an index that was dropped: the log is then not protected as it says.
  private func schemaFault() throws -> String? {
    let query =
      "SELECT name, coalesce(sql, '') AS sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    let reference = try DatabaseQueue()
    try Schema.migrator.migrate(reference)
    let wanted = try reference.read { try Row.fetchAll($0, sql: query) }
    let found = try Row.fetchAll(db, sql: query)
    guard try Int32.fetchOne(db, sql: "PRAGMA user_version") == Schema.version, wanted != found else {
      return nil
    }
    let names = Set(wanted.map { $0["name"] as String }).symmetricDifference(
      found.map { $0["name"] as String })
    return "its tables are not as steward made them"
      + (names.isEmpty ? "" : " (\(names.sorted().joined(separator: ", ")))")
  }
}
