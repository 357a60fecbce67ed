import Cryptography
import Fixtures
import FoundationEssentials
import GRDB
import Reconciliation

@testable import EventLog

/// A log as it was when its end was noted elsewhere, and older copies of its file.
struct Original {
  let count: Int64
  let bytes: [UInt8]
  let head: LogHead
  private(set) var older: [[UInt8]] = []

  init(_ count: Int64) async throws {
    self.count = count
    let folder = ScratchFolder()
    var head = LogHead.start
    for end in [count / 3, count - 1, count] {
      let log = try EventLog.open(at: folder.log)
      try await log.append(Event.samples(log.lastSequence + 1...end))
      head = log.head
      log.close()
      if end < count { older.append(Bytes.read(folder.log)) }
    }
    self.head = head
    bytes = Bytes.read(folder.log)
  }
}

/// Makes random edits of a log, as they are made by a failing disk, by somebody who knows the tables, by somebody who
/// rebuilds the chain afterwards, and by somebody who has an older copy.
struct LogEditor {
  let original: Original
  let path: String
  var dice: Dice

  /// Puts an edited copy in place, and says what was done.
  mutating func edit() throws -> String {
    switch Int.random(in: 0..<20, using: &dice) {
    case 0..<9:
      var bytes = original.bytes
      let name = editBytes(&bytes)
      Bytes.write(bytes, to: path)
      return name
    case 9..<14: return try editRows(rebuilding: false)
    case 14..<19: return try editRows(rebuilding: true)
    default:
      let age = Int.random(in: 0..<original.older.count, using: &dice)
      Bytes.write(original.older[age], to: path)
      return "older copy \(age)"
    }
  }

  // MARK: The file's bytes

  private mutating func editBytes(_ bytes: inout [UInt8]) -> String {
    let page = 4_096
    let pages = bytes.count / page
    let place = Int.random(in: 0..<bytes.count, using: &dice)
    func range(_ index: Int) -> Range<Int> { index * page..<(index + 1) * page }
    let (one, other) = (Int.random(in: 0..<pages, using: &dice), Int.random(in: 0..<pages, using: &dice))
    switch Int.random(in: 0..<8, using: &dice) {
    case 0..<4:
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      return "bit flipped in byte \(place)"
    case 4:
      let end = min(bytes.count, place + Int.random(in: 1...600, using: &dice))
      for index in place..<end { bytes[index] = 0 }
      return "zeros at \(place)..<\(end)"
    case 5:
      let kept = bytes[range(one)]
      bytes.replaceSubrange(range(one), with: Array(bytes[range(other)]))
      bytes.replaceSubrange(range(other), with: Array(kept))
      return "pages \(one) and \(other) swapped"
    case 6:
      bytes.replaceSubrange(range(one), with: Array(bytes[range(other)]))
      return "page \(other) over page \(one)"
    default:
      bytes.removeSubrange(place...)
      return "cut at byte \(place)"
    }
  }

  // MARK: The tables' rows

  private mutating func editRows(rebuilding: Bool) throws -> String {
    Bytes.write(original.bytes, to: path)
    let statement = statement(mending: rebuilding)
    try EventLogTests.edit(path) { db in
      try db.execute(sql: statement)
      if rebuilding { try LogEditor.rebuild(db) }
    }
    return (rebuilding ? "rebuilt after: " : "") + statement
  }

  private mutating func statement(mending: Bool) -> String {
    let one = Int64.random(in: 1...original.count, using: &dice)
    let other = Int64.random(in: 1...original.count, using: &dice)
    let last = original.count
    let columns = EventRow.columns.dropFirst().dropLast().joined(separator: ", ")
    // What is appended after a checkpoint, with a chain that is right, is no edit of what the checkpoint is about.
    switch Int.random(in: 0..<6, using: &dice) {
    case 4 where mending: fallthrough
    case 0, 1: return "UPDATE events SET \(change()) WHERE sequence = \(one)"
    case 2:
      // Deleted; and the gap closed by whoever wants no trace.
      return "DELETE FROM events WHERE sequence = \(one)"
        + (mending
          ? "; UPDATE events SET sequence = -sequence WHERE sequence > \(one)"
            + "; UPDATE events SET sequence = -sequence - 1 WHERE sequence < 0" : "")
    case 3:
      return """
        UPDATE events SET sequence = -1 WHERE sequence = \(one);
        UPDATE events SET sequence = \(one) WHERE sequence = \(other) AND \(one) <> \(other);
        UPDATE events SET sequence = \(other) WHERE sequence = -1
        """
    case 4:
      return """
        INSERT INTO events SELECT \(last + 1), \(columns), hash FROM events WHERE sequence = \(one);
        UPDATE head SET sequence = \(last + 1)
        """
    default:
      // Cut, and the record of where the log ends mended.
      return """
        DELETE FROM events WHERE sequence >= \(one); DELETE FROM blocks WHERE first + 255 >= \(one);
        UPDATE head SET sequence = \(one - 1),
          hash = coalesce((SELECT hash FROM events WHERE sequence = \(one - 1)), zeroblob(32))
        """
    }
  }

  private mutating func change() -> String {
    let number = Int64.random(in: 1...1_000_000_000, using: &dice)
    let changes = [
      "instant = instant + \(number)", "environment = NULL", "environment = 'e\(number)'",
      "controller = coalesce(controller, '') || 'x'", "resource = NULL", "kind = 'approved'",
      "severity = 'notice'",
      "actor = 'mallory'", "cause = NULL", "cause = \(number)", "message = message || ' '",
      "message = substr(message, 2)", "message = message || char(0) || \(number)",
      "body = replace(body, ':', ': ')", "body = '{}'", "hash = randomblob(32)",
    ]
    return changes.randomElement(using: &dice)!
  }

  /// What somebody does who has read how the chain is made.
  private static func rebuild(_ db: Database) throws {
    var head = LogHead.start
    var encoding = ChainEncoding()
    for row in try Row.fetchAll(db, sql: "\(EventRow.select) ORDER BY sequence") {
      let row = EventRow(row)
      let hash = row.hash(after: head.hash, using: &encoding)
      if row.storedHash != hash {
        try db.execute(
          sql: "UPDATE events SET hash = ? WHERE sequence = ?", arguments: [Data(hash.bytes), row.sequence])
      }
      head = LogHead(sequence: row.sequence, hash: hash)
    }
    try db.execute(
      sql: "UPDATE head SET sequence = ?, hash = ?", arguments: [head.sequence, Data(head.hash.bytes)])
  }
}
