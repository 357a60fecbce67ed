import EventLog
import Fixtures
import Glibc
import Testing

@Suite("One writer")
struct LockTests {
  let folder = ScratchFolder()

  @Test("a second writer is refused and told who writes; it may once the first let go")
  func twoWriters() async throws {
    let first = try EventLog.open(at: folder.log)
    try await first.append([.sample(1)])
    let error = #expect(throws: EventLogError.self) { try EventLog.open(at: folder.log) }
    #expect(error?.kind == .refused)
    #expect(error?.description.contains("process \(getpid())") == true, "\(String(describing: error))")
    #expect(
      try await LogReader(at: folder.log).events(matching: EventFilter()).count == 1, "reading is free")
    try await first.append([.sample(2)])
    first.close()
    first.close()
    #expect(try EventLog.open(at: folder.log).lastSequence == 2)
  }

  @Test("a lock left behind by a dead process is none")
  func leftOver() throws {
    Bytes.write("999999\n".utf8, to: "\(folder.log).lock")
    #expect(try EventLog.open(at: folder.log).lastSequence == 0)
  }

  @Test("a lock that a child of a dead process holds is waited for")
  func sharedWithChild() async throws {
    let path = "\(folder.log).lock"
    Bytes.write("999999\n".utf8, to: path)
    let held = open(path, O_RDWR | O_CLOEXEC)
    #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
    let child = Task.detached {
      try await Task.sleep(for: .milliseconds(200))
      close(held)
    }
    #expect(try EventLog.open(at: folder.log).lastSequence == 0)
    try await child.value
  }

  @Test("the log, its folder and what lies beside it are for their owner alone")
  func modes() async throws {
    let path = "\(folder.path)/state/events.sqlite"
    do {
      let log = try EventLog.open(at: path)
      try await log.append([.sample(1)])
      #expect(Bytes.mode("\(folder.path)/state") == 0o700)
      for suffix in ["", "-wal", "-shm", ".lock"] { #expect(Bytes.mode(path + suffix) == 0o600, "\(suffix)") }
      log.close()
    }
    chmod(path, 0o644)
    _ = try EventLog.open(at: path)
    #expect(Bytes.mode(path) == 0o600)
    for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) }
    rmdir("\(folder.path)/state")
  }

  @Test("a symbolic link, a folder and a folder that is not there are refused in plain words")
  func notAFile() throws {
    symlink("/tmp/elsewhere.sqlite", folder.log)
    let link = #expect(throws: EventLogError.self) { try EventLog.open(at: folder.log) }
    #expect(link?.message.contains("symbolic link") == true)
    let missing = #expect(throws: EventLogError.self) {
      try EventLog.open(at: "\(folder.path)/a/b/events.sqlite")
    }
    #expect(missing?.message.contains("No such file") == true)
    #expect(throws: EventLogError.self) { try EventLog.open(at: folder.path) }
    #expect(throws: EventLogError.self) { try LogReader(at: "\(folder.path)/none.sqlite") }
  }
}
