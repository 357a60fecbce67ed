import CFaultyDisk
import Fixtures
import GRDB
import Reconciliation
import Testing

@testable import EventLog

/// What a daemon does with its log: begins it, appends single events and bursts, moves them from the write-ahead log
/// into the file, ends, starts again; and what it was promised meanwhile.
struct LogLife {
  let path: String
  /// The end of what was acknowledged.
  private(set) var acknowledged = LogHead.start
  /// Where a batch ended: a log ends at one of these.
  private(set) var ends: Set<Int64> = [0]
  /// What a mishap was answered with, for the message of a failure.
  private(set) var said: [String] = []

  init(at path: String) { self.path = path }

  /// Two starts and what lies between; ends with the first mishap that a daemon ends with.
  mutating func live() async {
    for batches in [[1, 1, 3, 1, 24, 1, 2], [5, 1, 1, 40, 1]] {
      guard let log = start() else { return }
      defer { log.close() }
      for size in batches {
        guard await append(Int64(size), to: log) else { return }
      }
    }
  }

  /// Opens the log, as a daemon does that ends where it cannot.
  private mutating func start() -> EventLog? {
    do {
      let log = try EventLog.open(at: path)
      // So small a log would never be moved.
      log.connections.writeWithoutTransaction { _ in log.writeAhead.limit = 12 }
      return log
    } catch {
      said.append("\(error)")
      return nil
    }
  }

  /// Appends a batch; false where the daemon must end.
  private mutating func append(_ size: Int64, to log: EventLog) async -> Bool {
    let events = Event.samples(log.lastSequence + 1...log.lastSequence + size)
    ends.insert(log.lastSequence + size)
    do {
      try await log.append(events)
    } catch {
      said.append("\(error)")
      switch error.kind {
      case .refused: Issue.record("a disk's failure is no mistake of the caller: \(error)")
      case .broken:
        // The disk is well again, and all the same nothing may be acknowledged: it would come after what is unsure.
        for _ in 1...2 {
          let again = await #expect(throws: EventLogError.self) { try await log.append(events) }
          #expect(again == error)
        }
        // A batch may be durable all the same: what failed was to move it into the file.
        #expect(log.head.sequence >= acknowledged.sequence && ends.contains(log.head.sequence))
        return false
      case .full:
        #expect(log.head.sequence >= acknowledged.sequence && ends.contains(log.head.sequence))
        disk_make_room()
        do {
          try await log.append(events)
        } catch {
          Issue.record("there is room again: \(error)")
          return false
        }
      }
    }
    acknowledged = log.head
    #expect(acknowledged.sequence == events.last?.sequence)
    return true
  }

  /// What must hold of whatever the mishap left: the log opens, all that was acknowledged is there, and nothing by
  /// halves; and the log goes on.
  func check(after mishap: Mishap) async throws {
    let story: Comment = "\(mishap); \(said); acknowledged \(acknowledged.sequence)"
    var log = try survivor(story)
    let last = log.lastSequence
    #expect(last >= acknowledged.sequence, story)
    #expect(ends.contains(last), "half a batch: \(last); \(story)")
    var read: Int64 = 0
    try log.replay { event in
      read += 1
      if event != .sample(read) { Issue.record("event \(read) is \(event); \(story)") }
    }
    #expect(read == last, story)
    let found = try await log.verify(against: [acknowledged])
    #expect(found == .ok(count: last, head: log.head), story)
    try await log.append(Event.samples(last + 1...last + 3))
    let head = log.head
    log.close()
    log = try survivor(story)
    #expect(log.head == head, story)
    log.close()
  }

  private func survivor(_ story: Comment) throws -> EventLog {
    do {
      return try EventLog.open(at: path)
    } catch {
      Issue.record("does not open: \(error); \(story)")
      throw error
    }
  }
}
