import Fixtures
import GRDB
import Reconciliation
import Testing

@testable import EventLog

@Suite("A disk that fails")
struct BrokenDiskTests {
  @Test(
    "SQLite's answers are sorted by what the process must do",
    arguments: [
      (ResultCode.SQLITE_FULL, EventLogError.Kind.full), (.SQLITE_BUSY, .full),
      (.SQLITE_IOERR_SHMSIZE, .full),
      (.SQLITE_IOERR_FSYNC, .broken), (.SQLITE_IOERR_DIR_FSYNC, .broken), (.SQLITE_IOERR_WRITE, .broken),
      (.SQLITE_IOERR_READ, .broken), (.SQLITE_CORRUPT, .broken), (.SQLITE_NOTADB, .broken),
      (.SQLITE_READONLY, .broken), (.SQLITE_CANTOPEN, .full), (.SQLITE_NOMEM, .broken),
      (.SQLITE_CONSTRAINT_TRIGGER, .refused), (.SQLITE_MISUSE, .refused),
    ])
  func sorted(code: ResultCode, kind: EventLogError.Kind) {
    #expect(EventLogError.Kind(code) == kind)
    let error = EventLogError(DatabaseError(resultCode: code, message: "s3cret"), path: "/x", while: "append")
    #expect(error.kind == kind)
    #expect(!error.description.contains("s3cret"))
  }

  @Test("once the file is damaged under a running log, nothing more is tried")
  func underneath() async throws {
    let folder = ScratchFolder()
    let log = try EventLog.open(at: folder.log)
    for batch in Int64(0)..<20 { try await log.append(Event.samples(batch * 100 + 1...batch * 100 + 100)) }
    try await log.connections.writeWithoutTransaction { db in
      _ = try db.checkpoint(.truncate)
      try db.execute(sql: "PRAGMA shrink_memory")
    }
    let whole = Bytes.read(folder.log)
    Bytes.write([UInt8](repeating: 0xAA, count: whole.count), to: folder.log)
    let first = await #expect(throws: EventLogError.self) { try await log.append([.sample(2_001)]) }
    #expect(first?.kind == .broken, "\(String(describing: first))")
    Bytes.write(whole, to: folder.log)
    let second = await #expect(throws: EventLogError.self) { try await log.append([.sample(2_001)]) }
    #expect(second == first, "not tried again, although it would go now")
    #expect(log.lastSequence == 2_000)
  }
}
