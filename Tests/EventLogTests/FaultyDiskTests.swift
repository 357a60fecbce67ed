import CFaultyDisk
import Fixtures
import Glibc
import Reconciliation
import Testing

@testable import EventLog

/// One disk at a time: the default VFS is the whole process's.
@Suite("A disk that fails, tears and forgets", .serialized)
struct FaultyDiskTests {
  @Test("whichever write or sync fails, what was acknowledged is kept, whole, and the log goes on")
  func enumerated() async throws {
    let changes = try await life(.none)
    for operation in [DISK_WRITE, DISK_SYNC, DISK_CREATE, DISK_DELETE, DISK_GROW_SHARED_MEMORY] {
      #expect(changes.operations.contains(operation), "the life is too quiet to say anything")
    }
    let mishaps = changes.mishaps(seed: Dice.seed)
    var struck: Set<Int64> = []
    for mishap in mishaps {
      if try await life(mishap).struck { struck.insert(mishap.index) }
    }
    #expect(struck.count == changes.operations.count, "each is met")
    func count(_ operation: disk_operation) -> (struck: Int, all: Int) {
      let all = changes.operations.indices.filter { changes.operations[$0] == operation }
      return (all.count { struck.contains(Int64($0)) }, all.count)
    }
    let (writes, syncs) = (count(DISK_WRITE), count(DISK_SYNC))
    Figure.tell("log: writes failed of existing", "\(writes.struck) of \(writes.all)")
    Figure.tell("log: syncs failed of existing", "\(syncs.struck) of \(syncs.all)")
    Figure.tell("log: faults of the disk survived", "\(mishaps.count)")
  }

  @Test("whatever order and part of the writes a power cut keeps, and when it is cut again while it recovers")
  func powerCuts() async throws {
    let all = try await life(.none).operations.count
    var dice = Dice(seed: Dice.seed)
    let cuts = Nightly.long.count(400, byNight: 10_000)
    for _ in 1...cuts {
      let mishap = Mishap(
        index: Int64(dice.next() % UInt64(all)), fault: DISK_LOSES_POWER, isPowerCut: true, seed: dice.next())
      let again = Mishap(
        index: Int64(dice.next() % 40), fault: DISK_LOSES_POWER, isPowerCut: true, seed: dice.next())
      try await life(mishap, then: dice.next() % 2 == 0 ? again : nil)
    }
    Figure.tell("log: power cuts survived", "\(cuts)")
  }

  @Test("a write that the disk only says it made is found out by the checkpoint, or made no difference")
  func lies() async throws {
    let all = try await life(.none).operations
    var found = 0
    let writes = all.indices.filter { all[$0] == DISK_WRITE }
    for index in writes {
      let folder = ScratchFolder()
      var life = LogLife(at: folder.log)
      let mishap = Mishap(index: Int64(index), fault: DISK_LOSES_WRITE)
      _ = await withDisk(below: folder, mishap) { await life.live() }
      do {
        let reader = try LogReader(at: folder.log)
        guard try await reader.verify(against: [life.acknowledged]).isOK else {
          found += 1
          continue
        }
        var read: Int64 = 0
        try reader.replay { event in
          read += 1
          #expect(event == .sample(read), "\(mishap)")
        }
        #expect(read >= life.acknowledged.sequence, "\(mishap)")
      } catch is EventLogError {
        found += 1
      }
    }
    #expect(found > 0)
    Figure.tell(
      "log: writes that a disk lied about, found of made", "\(found) of \(writes.count), the others harmless")
  }

  /// Lives with a mishap, and perhaps with another at what comes after it, and checks what is left.
  @discardableResult
  private func life(_ mishap: Mishap, then second: Mishap? = nil) async throws -> Changes {
    let folder = ScratchFolder()
    var life = LogLife(at: folder.log)
    let changes = await withDisk(below: folder, mishap) { await life.live() }
    if let second { _ = await withDisk(below: folder, second) { await life.live() } }
    try await life.check(after: second ?? mishap)
    return changes
  }
}
