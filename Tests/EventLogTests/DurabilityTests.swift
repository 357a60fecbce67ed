import Fixtures
import GRDB
import Glibc
import Reconciliation
import Testing

@testable import EventLog

@Suite("Durability")
struct DurabilityTests {
  let folder = ScratchFolder()

  @Test("a log whose beginning was cut off by a kill is begun anew")
  func cutOff() throws {
    let half = folder.path("half.sqlite")
    // As SQLite leaves the files when it dies in a transaction that has reached the disk in part: a hot journal.
    try DatabaseQueue(path: half).inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1")
      try db.execute(sql: "BEGIN IMMEDIATE; CREATE TABLE half (a)")
      for _ in 0..<50 { try db.execute(sql: "INSERT INTO half VALUES (zeroblob(4000))") }
      for suffix in ["", "-journal"] {
        Bytes.write(Bytes.read(half + suffix), to: folder.log + suffix, mode: 0o600)
      }
      try db.execute(sql: "ROLLBACK")
    }
    #expect(!Bytes.read(folder.log).isEmpty && !Bytes.read("\(folder.log)-journal").isEmpty)
    #expect(try EventLog.open(at: folder.log).lastSequence == 0)
  }

  @Test("SQLite itself says that it writes ahead, that a commit waits for the disk, and that we checkpoint")
  func readBack() throws {
    for _ in 1...2 {
      let log = try EventLog.open(at: folder.log)
      let durability = try log.connections.writeWithoutTransaction { try $0.durability() }
      #expect(durability.journalMode == "wal")
      #expect(durability.synchronous == 2)
      #expect(durability.automaticCheckpoint == 0)
      #expect(throws: DatabaseError.self, "readers cannot write") {
        try log.connections.read { try $0.execute(sql: "UPDATE head SET sequence = 9") }
      }
      log.close()
    }
  }

  @Test(
    "the triggers refuse to change, delete, replace and leap",
    arguments: [
      "UPDATE events SET message = 'other' WHERE sequence = 2", "DELETE FROM events WHERE sequence = 3",
      "DELETE FROM events", "DELETE FROM head",
      "INSERT OR REPLACE INTO events SELECT * FROM events WHERE sequence = 2",
      "INSERT INTO events SELECT 5, instant, environment, controller, resource, kind, severity, actor, cause, message, "
        + "body, hash FROM events WHERE sequence = 2",
    ])
  func triggers(statement: String) async throws {
    _ = try await EventLog.write(3, at: folder.log)
    let connection = try DatabaseQueue(path: folder.log)
    #expect(throws: DatabaseError.self) { try connection.write { try $0.execute(sql: statement) } }
    #expect(try await LogReader(at: folder.log).verify().isOK)
  }

  @Test(
    "killed with -9 at any moment, every acknowledged event is there and no batch is half there",
    arguments: [1, 8, 30, 90, 250])
  func killed(milliseconds: Int) async throws {
    let path = folder.log
    let acknowledged = "\(folder.path)/acknowledged"
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, acknowledged = acknowledged as String, milliseconds = milliseconds as Int] in
      let log = try EventLog.open(at: path)
      let file = open(acknowledged, O_WRONLY | O_CREAT | O_APPEND, 0o600)
      // Not to wait for anything: any moment is a good moment to die.
      Task.detached {
        try await Task.sleep(for: .milliseconds(milliseconds))
        kill(getpid(), SIGKILL)
      }
      for batch in 0... {
        let first = Int64(batch * 7 + 1)
        try await log.append(Event.samples(first...first + 6))
        let line = Array("\(first + 6)\n".utf8)
        _ = write(file, line, line.count)
      }
    }
    let promised = String(decoding: Bytes.read(acknowledged), as: UTF8.self).split(separator: "\n").last
    let log = try EventLog.open(at: path)
    #expect(log.lastSequence >= promised.flatMap { Int64($0) } ?? 0)
    #expect(log.lastSequence.isMultiple(of: 7))
    #expect(try await log.verify().isOK)
    try await log.append([.sample(log.lastSequence + 1)])
  }

  @Test("a write-ahead log that was cut off anywhere keeps whole transactions and loses only what it lacks")
  func powerCut() async throws {
    let log = try EventLog.open(at: folder.log)
    for batch in 0..<20 { try await log.append(Event.samples(Int64(batch * 3 + 1)...Int64(batch * 3 + 3))) }
    let file = Bytes.read(folder.log)
    let ahead = Bytes.read("\(folder.log)-wal")
    var last: Int64 = 0
    for length in Array(stride(from: 0, to: ahead.count, by: ahead.count / 40)) + [ahead.count] {
      let cut = ScratchFolder()
      Bytes.write(file, to: cut.log)
      Bytes.write(ahead.prefix(length), to: "\(cut.log)-wal")
      let recovered = try EventLog.open(at: cut.log)
      #expect(recovered.lastSequence.isMultiple(of: 3))
      #expect(recovered.lastSequence >= last)
      #expect(try await recovered.verify().isOK)
      last = recovered.lastSequence
      try await recovered.append([.sample(last + 1)])
    }
    #expect(last == 60)
  }

  @Test("files copied while it is being written hold whole transactions")
  func copied() async throws {
    let log = try EventLog.open(at: folder.log)
    // Fewer transactions than lead to a checkpoint: while that moves pages, a copy of two files is no moment
    // of both.
    let writing = Task {
      for batch in 0..<90 {
        try await log.append(Event.samples(Int64(batch * 4 + 1)...Int64(batch * 4 + 4)))
      }
    }
    for _ in 0..<10 {
      let before = log.lastSequence
      let copy = ScratchFolder()
      Bytes.write(Bytes.read(folder.log), to: copy.log)
      Bytes.write(Bytes.read("\(folder.log)-wal"), to: "\(copy.log)-wal")
      let recovered = try EventLog.open(at: copy.log)
      #expect(recovered.lastSequence >= before)
      #expect(recovered.lastSequence.isMultiple(of: 4))
    }
    try await writing.value
  }
}
