import EventLog
import Fixtures
import Reconciliation
import Simulation
import Testing

@Suite("Months of trouble in the real event log")
struct LogTests {
  @Test("what a run recorded is read back from SQLite as the same events, the same memory and a whole chain")
  func readBack() async throws {
    let judgement = Run.of(Script(seed: 8, days: Script.daysMin))
    let folder = ScratchFolder()
    let log = try EventLog.open(at: folder.path("events.sqlite"))
    defer { log.close() }
    try await log.append(judgement.log)

    var read: [Event] = []
    var memory = Memory()
    try log.replay { event in
      read.append(event)
      memory.apply(event)
    }
    #expect(read == judgement.log)
    var lived = Memory()
    for event in judgement.log { lived.apply(event) }
    #expect(memory == lived)
    guard case .ok(let count, _) = try await log.verify() else {
      Issue.record("the chain is broken")
      return
    }
    #expect(count == judgement.log.count)
  }
}
