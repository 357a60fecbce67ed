import Fixtures
import GRDB
import Glibc
import Reconciliation
import Testing

@testable import EventLog

@Suite("A full disk")
struct FullDiskTests {
  /// Mounting a file system takes root. Whoever is root must pass; for others it is a visible skip.
  static let isRoot = geteuid() == 0

  @Test(
    "stops appending, not reading, and once there is space the same events are appended",
    .enabled(if: isRoot, "needs root, to mount a small file system"))
  func fullFileSystem() async throws {
    let disk = try SmallDisk(kibibytes: 1_024)
    let path = "\(disk.path)/events.sqlite"
    Bytes.write([UInt8](repeating: 1, count: 300 << 10), to: "\(disk.path)/ballast")
    do {
      let log = try EventLog.open(at: path)
      let (kept, refused) = try await fill(log)
      #expect(kept > 0)
      for _ in 1...3 {
        let error = await #expect(throws: EventLogError.self) { try await log.append(refused) }
        #expect(error?.kind == .full)
      }
      #expect(log.lastSequence == kept)
      #expect(try await log.events(matching: EventFilter(newestFirst: true)).first == .sample(kept))
      #expect(try await log.verify() == .ok(count: kept, head: log.head))

      unlink("\(disk.path)/ballast")
      try await log.append(refused)
      #expect(log.lastSequence == kept + Int64(refused.count))
      log.close()
    }
    let log = try EventLog.open(at: path)
    var count: Int64 = 0
    try log.replay { event in
      count += 1
      #expect(event == .sample(count))
    }
    #expect(count == log.lastSequence)
  }

  @Test("is told by SQLite's own page limit too, without root")
  func pageLimit() async throws {
    let folder = ScratchFolder()
    let log = try EventLog.open(at: folder.log)
    try await log.append(Event.samples(1...10))
    try await log.connections.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 60") }
    let (kept, refused) = try await fill(log)
    #expect(try await log.verify() == .ok(count: kept, head: log.head))
    try await log.connections.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA max_page_count = 1000000")
    }
    try await log.append(refused)
    #expect(try await log.verify().isOK)
  }

  /// Appends until there is no space. Returns how many events were kept, and the batch that was not.
  private func fill(_ log: EventLog) async throws -> (kept: Int64, refused: [Event]) {
    while true {
      let batch = Event.samples(log.lastSequence + 1...log.lastSequence + 20)
      do {
        try await log.append(batch)
      } catch {
        #expect(error.kind == .full, "\(error)")
        #expect(error.message.contains("space"))
        return (log.lastSequence, batch)
      }
      guard log.lastSequence < 100_000 else { throw SmallDisk.Unfillable() }
    }
  }
}

/// A file system of its own with little space, in memory.
final class SmallDisk {
  struct Unfillable: Error {}
  struct NotMounted: Error {}

  let path: String

  init(kibibytes: Int) throws {
    var template = Array("/tmp/steward-small-disk-XXXXXX\0".utf8CString)
    path = String(cString: mkdtemp(&template))
    guard Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", path) == 0 else {
      throw NotMounted()
    }
  }

  deinit {
    _ = Self.run("/bin/umount", "-l", path)
    rmdir(path)
  }

  private static func run(_ command: String...) -> Int32 {
    var arguments = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process = pid_t()
    guard posix_spawn(&process, command[0], nil, nil, &arguments, environ) == 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }
}
