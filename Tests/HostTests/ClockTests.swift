import Calendar
import Synchronization
import Testing

@testable import Host

/// What happened so far, for tasks that run at once.
private final class Notes: Sendable {
  let wake = Mutex<Wake?>(nil)
  let running = Atomic(0)
  let most = Atomic(0)
}

@Suite("Clocks") struct ClockTests {
  private let noon = Instant(seconds: 1_800_000_000)

  @Test("a virtual clock wakes sleepers when their moment has come, not before")
  func virtualWakes() async throws {
    let clock = VirtualClock(at: noon)
    let notes = Notes()
    try await withThrowingTaskGroup { group in
      group.addTask { [noon] in
        let wake = try await clock.sleep(until: noon + .seconds(60))
        notes.wake.withLock { $0 = wake }
      }
      await clock.sleepers(atLeast: 1)
      #expect(clock.nextDeadline == noon + .seconds(60))
      clock.advance(by: .seconds(59))
      #expect(notes.wake.withLock { $0 } == nil)
      clock.advance(by: .seconds(1))
      try await group.waitForAll()
    }
    #expect(notes.wake.withLock { $0 } == .due)
    #expect(clock.monotonic == .seconds(60))
  }

  @Test("setting a virtual clock back wakes who waits for a wall moment, and not who waits for time to pass")
  func virtualStep() async throws {
    let clock = VirtualClock(at: noon)
    async let wake = clock.sleep(until: noon + .seconds(60))
    async let passed: Void = clock.sleep(for: .seconds(5))
    await clock.sleepers(atLeast: 2)
    clock.set(to: noon - .seconds(3600))
    #expect(try await wake == .stepped)
    await clock.sleepers(atLeast: 1)
    clock.advance(by: .seconds(5))
    try await passed
  }

  @Test("a cancelled sleeper is woken at once, on either clock", arguments: [true, false])
  func cancellation(isVirtual: Bool) async throws {
    let clock: any WallClock = isVirtual ? VirtualClock(at: noon) : SystemClock()
    let wall = Task { try await clock.sleep(until: Instant.distantFuture) }
    let passing = Task { try await clock.sleep(for: .seconds(100_000)) }
    wall.cancel()
    passing.cancel()
    await #expect(throws: CancellationError.self) { try await wall.value }
    await #expect(throws: CancellationError.self) { try await passing.value }
  }

  @Test("the system clock sleeps as long as it was told, and a later sleeper does not delay an earlier one")
  func systemSleeps() async throws {
    let clock = SystemClock()
    let long = Task { try await clock.sleep(for: .seconds(1000)) }
    let began = clock.monotonic
    try await clock.sleep(for: .milliseconds(20))
    let passed = clock.monotonic - began
    #expect(passed >= .milliseconds(20) && passed < .seconds(5))
    let deadline = clock.now + .milliseconds(20)
    #expect(try await clock.sleep(until: deadline) == .due)
    #expect(clock.now >= deadline)
    long.cancel()
  }

  @Test("chance does not repeat itself")
  func randomness() {
    #expect(SystemRandomness().bytes(32) != SystemRandomness().bytes(32))
    #expect(SystemRandomness().bytes(1000).count == 1000)
  }

  @Test("the machine's zones are found by name, and a name cannot leave their folder")
  func zones() throws {
    #expect(throws: Never.self) { try SystemZones.database.zone("Europe/Berlin") }
    #expect(throws: CalendarError.self) { try SystemZones.database.zone("../../../etc/passwd") }
    #expect(SystemZones.name(inLink: "/usr/share/zoneinfo/Europe/Berlin") == "Europe/Berlin")
    #expect(SystemZones.name(inLink: "../usr/share/zoneinfo/Etc/UTC") == "UTC")
    #expect(!SystemZones.localName.isEmpty)
  }

  @Test("blocking work runs beside the cooperative pool, a few at a time, and every piece of it is done")
  func blockingWork() async throws {
    let notes = Notes()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<100 {
        group.addTask {
          try await offPool {
            let now = notes.running.add(1, ordering: .relaxed).newValue
            _ = notes.most.max(now, ordering: .relaxed)
            var sum = 0
            for value in 0..<10_000 { sum &+= value &* number }
            notes.running.subtract(1, ordering: .relaxed)
            return sum &* 0 &+ number
          }
        }
      }
      var seen: Set<Int> = []
      for try await number in group { seen.insert(number) }
      #expect(seen.count == 100)
    }
    #expect(notes.most.load(ordering: .relaxed) <= BlockingThreads.threadsMax)
  }
}
