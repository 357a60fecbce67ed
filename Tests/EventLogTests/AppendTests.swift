import Cryptography
import EventLog
import Fixtures
import Reconciliation
import Testing

@Suite("Appending")
struct AppendTests {
  let folder = ScratchFolder()

  @Test("what was appended is read back as it was, by replay and by questions, before and after a restart")
  func roundTrip() async throws {
    var events = Event.samples(1...40)
    events.append(.sample(41, message: "a NUL \0, a quote ', a line\nbreak, ü, 🦊"))
    events.append(.sample(42, message: ""))
    let log = try EventLog.open(at: folder.log)
    #expect(log.head == .start)
    try await log.append(events)
    try await log.append([])
    let head = log.head
    #expect(head.sequence == 42 && log.lastSequence == 42)
    #expect(try await log.events(matching: EventFilter()) == events)
    log.close()

    let again = try EventLog.open(at: folder.log)
    #expect(again.head == head)
    var replayed: [Event] = []
    try again.replay { replayed.append($0) }
    #expect(replayed == events)
    #expect(try await again.verify() == .ok(count: 42, head: head))
  }

  @Test("10,000 events in bursts are all there, in order, and the write-ahead log stays small")
  func bursts() async throws {
    let log = try EventLog.open(at: folder.log)
    var next: Int64 = 1
    while next <= 10_000 {
      let size = [1, 500, 3, 40, 1_000, 7][Int(next) % 6]
      let last = min(next + Int64(size) - 1, 10_000)
      try await log.append(Event.samples(next...last))
      next = last + 1
    }
    var expected: Int64 = 0
    try log.replay { event in
      expected += 1
      #expect(event == .sample(expected))
    }
    #expect(expected == 10_000)
    #expect(try await log.verify().isOK)
    for sequence in Int64(10_001)...10_450 { try await log.append([.sample(sequence)]) }
    #expect(Bytes.read("\(folder.log)-wal").count < 16 << 20)
  }

  @Test("an event out of its place is refused, and nothing of its batch is kept")
  func refusals() async throws {
    let log = try EventLog.open(at: folder.log)
    try await log.append(Event.samples(1...5))
    let long = String(repeating: "x", count: 1 << 15)
    let batches: [[Event]] = [
      [.sample(7)], [.sample(5)], [.sample(6), .sample(8)], [.sample(6), .sample(6)],
      [.sample(6), .sample(7, message: long)],
    ]
    for batch in batches {
      let error = await #expect(throws: EventLogError.self) { try await log.append(batch) }
      #expect(error?.kind == .refused)
      #expect(error?.description.contains("xxx") != true)
    }
    #expect(log.lastSequence == 5)
    try await log.append([.sample(6)])
    #expect(try await log.events(matching: EventFilter()).count == 6)
  }

  @Test("an append goes through although its task was cancelled")
  func cancelled() async throws {
    let log = try EventLog.open(at: folder.log)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await log.append([.sample(1)])
    }
    try await task.value
    #expect(log.lastSequence == 1)
  }

  // The hash was computed by ten lines of Python from the description of the encoding.
  @Test("the hash is the one that the description of the encoding gives")
  func golden() async throws {
    let log = try EventLog.open(at: folder.log)
    try await log.append([.sample(1), .sample(2)])
    #expect(log.head.hash.hex == "25a36443bae28a52e905722f578c888fd3b9f36ca7b3d8ccc2a5f8209cc47c31")
  }
}
