import EventLog
import Fixtures
import GRDB
import Glibc
import Reconciliation
import Testing

@Suite("A log that is not what was written")
struct DamageTests {
  let folder = ScratchFolder()

  /// What someone did to a log of 20 events, and the first event that tells.
  static let edits: [(String, Int64)] = [
    ("UPDATE events SET instant = instant + 1 WHERE sequence = 7", 7),
    ("UPDATE events SET environment = 'production' WHERE sequence = 7", 7),
    ("UPDATE events SET environment = NULL WHERE sequence = 7", 7),
    ("UPDATE events SET environment = '' WHERE sequence = 5", 5),
    ("UPDATE events SET controller = 'logs' WHERE sequence = 7", 7),
    ("UPDATE events SET resource = NULL, controller = controller || '/' || resource WHERE sequence = 7", 7),
    ("UPDATE events SET kind = 'approved' WHERE sequence = 7", 7),
    ("UPDATE events SET severity = 'info' WHERE sequence = 7", 7),
    ("UPDATE events SET actor = 'mallory' WHERE sequence = 7", 7),
    ("UPDATE events SET cause = 1 WHERE sequence = 7", 7),
    ("UPDATE events SET cause = NULL WHERE sequence = 7", 7),
    ("UPDATE events SET message = upper(message) WHERE sequence = 7", 7),
    ("UPDATE events SET message = message || char(0) || 'hidden' WHERE sequence = 7", 7),
    ("UPDATE events SET message = message || ' ' WHERE sequence = 20", 20),
    (
      "UPDATE events SET actor = actor || substr(message, 1, 1), message = substr(message, 2) WHERE sequence = 7",
      7
    ),
    ("UPDATE events SET body = replace(body, '7', '8') WHERE sequence = 7", 7),
    ("UPDATE events SET hash = zeroblob(32) WHERE sequence = 7", 7),
    ("UPDATE events SET hash = (SELECT hash FROM events WHERE sequence = 6) WHERE sequence = 7", 7),
    ("DELETE FROM events WHERE sequence = 1", 1),
    ("DELETE FROM events WHERE sequence = 7", 7),
    ("DELETE FROM events WHERE sequence = 20", 20),
    ("DELETE FROM events WHERE sequence > 15", 16),
    ("DELETE FROM events", 1),
    (
      """
      UPDATE events SET sequence = -1 WHERE sequence = 7; UPDATE events SET sequence = 7 WHERE sequence = 8;
      UPDATE events SET sequence = 8 WHERE sequence = -1
      """, 7
    ),
    ("UPDATE events SET sequence = 30 WHERE sequence = 20", 20),
    (
      """
      INSERT INTO events SELECT 21, instant, environment, controller, resource, kind, severity, actor, cause, message,
      body, hash FROM events WHERE sequence = 20
      """, 21
    ),
    ("UPDATE head SET sequence = 19", 20),
    ("UPDATE head SET sequence = 25", 21),
    ("UPDATE head SET hash = zeroblob(32)", 20),
    ("DELETE FROM head", 0),
  ]

  @Test("is found at the very event, refused at the start, and left as it was", arguments: edits)
  func edited(statements: String, sequence: Int64) async throws {
    _ = try await EventLog.write(20, at: folder.log)
    try edit(folder.log, statements)
    let bytes = Bytes.read(folder.log)

    let verification = try await LogReader(at: folder.log).verify()
    guard case .broken(let place, _) = verification else {
      Issue.record("found nothing: \(verification)")
      return
    }
    #expect(place == sequence, "\(verification)")

    let error = #expect(throws: EventLogError.self) { try EventLog.open(at: folder.log) }
    let message = String(describing: error!)
    #expect(error?.kind == .broken)
    if sequence > 0 { #expect(message.contains("event \(sequence)")) }
    for part in [folder.log, "Nothing was changed", "steward events verify", "backup", "aside"] {
      #expect(message.contains(part), "\(message)")
    }
    #expect(Bytes.read(folder.log) == bytes)
  }

  @Test(
    "a trigger or a table that was dropped is missed",
    arguments: [
      "DROP TRIGGER events_never_change", "DROP TRIGGER events_never_go", "DROP TRIGGER blocks_are_told",
      "CREATE TRIGGER quiet AFTER INSERT ON events BEGIN SELECT 1; END",
    ])
  func schema(statement: String) async throws {
    _ = try await EventLog.write(3, at: folder.log)
    let connection = try DatabaseQueue(path: folder.log)
    try await connection.write { try $0.execute(sql: statement) }
    try connection.close()
    let error = #expect(throws: EventLogError.self) { try EventLog.open(at: folder.log) }
    let name = try #require(statement.split(separator: " ").dropFirst(2).first)
    #expect(error?.message.contains(name) == true, "\(String(describing: error))")
  }

  @Test("a block that no longer names what its events are about is found, for a search would miss them")
  func block() async throws {
    _ = try await EventLog.write(300, at: folder.log)
    try edit(folder.log, "UPDATE blocks SET actors = replace(actors, 'anna', 'otto')")
    guard case .broken(let place, _) = try await LogReader(at: folder.log).verify() else {
      Issue.record("found nothing")
      return
    }
    #expect(place == 3, "the first event by anna")
  }

  @Test("a bit flipped anywhere in the file is found, or changes nothing that is read")
  func flipped() async throws {
    let head = try await EventLog.write(20, at: folder.log)
    let events = Event.samples(1...20)
    let bytes = Bytes.read(folder.log)
    let file = open(folder.log, O_WRONLY)
    defer { close(file) }
    var found = 0
    for offset in stride(from: 0, to: bytes.count, by: 53) {
      var byte = bytes[offset] ^ (1 << UInt8(offset % 8))
      pwrite(file, &byte, 1, off_t(offset))
      do {
        let reader = try LogReader(at: folder.log)
        let verification = try await reader.verify()
        if verification == .ok(count: 20, head: head) {
          #expect(try await reader.events(matching: EventFilter()) == events, "offset \(offset)")
        } else {
          found += 1
        }
      } catch is EventLogError {
        found += 1
      }
      byte = bytes[offset]
      pwrite(file, &byte, 1, off_t(offset))
    }
    #expect(found > 50)
    #expect(try await LogReader(at: folder.log).verify().isOK, "the file is whole again")
  }

  @Test(
    "a file that was cut short, or overwritten, is refused and left as it was",
    arguments: [
      0.1, 0.5, 0.9, 0.999,
    ])
  func cutShort(share: Double) async throws {
    _ = try await EventLog.write(200, at: folder.log)
    let bytes = Bytes.read(folder.log)
    let cut = Array(bytes.prefix(Int(Double(bytes.count) * share)))
    for damaged in [cut, cut + [UInt8](repeating: 0, count: bytes.count - cut.count)] {
      Bytes.write(damaged, to: folder.log)
      let error = #expect(throws: EventLogError.self) { try EventLog.open(at: folder.log) }
      #expect(error?.kind == .broken, "\(String(describing: error))")
      #expect(Bytes.read(folder.log) == damaged)
    }
  }

  @Test("a file that is something else is refused in words that fit")
  func foreign() async throws {
    Bytes.write("This is no database.\n".utf8, to: folder.log)
    let text = #expect(throws: EventLogError.self) { try EventLog.open(at: folder.log) }
    #expect(text?.kind == .broken)
    unlink(folder.log)

    let other = try DatabaseQueue(path: folder.log)
    try await other.write { try $0.execute(sql: "CREATE TABLE customers (name TEXT)") }
    try other.close()
    let database = #expect(throws: EventLogError.self) { try EventLog.open(at: folder.log) }
    #expect(database?.kind == .refused)
    #expect(database?.message.contains("no event log") == true)
    unlink(folder.log)

    _ = try await EventLog.write(3, at: folder.log)
    try edit(folder.log, "PRAGMA user_version = 9")
    let newer = #expect(throws: EventLogError.self) { try EventLog.open(at: folder.log) }
    #expect(newer?.kind == .refused)
    #expect(newer?.message.contains("newer") == true)
  }

  @Test("looking at a closed log leaves nothing beside it")
  func readerLeavesNothing() async throws {
    let odd = "\(folder.path)/a log? 100% #1 ü.sqlite"
    let head = try await EventLog.write(20, at: odd)
    let names = folder.names
    #expect(try await LogReader(at: odd).verify() == .ok(count: 20, head: head))
    #expect(folder.names == names)
  }

  @Test("progress is told while a long log is examined")
  func progress() async throws {
    let log = try EventLog.open(at: folder.log)
    try await log.append(Event.samples(1...25_000))
    await confirmation(expectedCount: 2) { told in
      _ = try? await log.verify { _ in told() }
    }
  }
}
