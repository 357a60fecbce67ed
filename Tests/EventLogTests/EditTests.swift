import Fixtures
import GRDB
import Glibc
import Reconciliation
import Testing

@testable import EventLog

@Suite("A log against a checkpoint kept elsewhere")
struct EditTests {
  @Test("of thousands of random edits, each is found or changes nothing that is read")
  func tenThousand() async throws {
    let folder = ScratchFolder()
    let (short, long) = (try await Original(20), try await Original(260))
    var dice = Dice(seed: Dice.seed)
    var (found, harmless, unseenWithout) = (0, 0, 0)
    let count = Nightly.long.count(2_000, byNight: 10_000)
    for number in 1...count {
      // The long one has a block, which searches go by.
      let original = number.isMultiple(of: 20) ? long : short
      var editor = LogEditor(original: original, path: folder.log, dice: Dice(seed: dice.next()))
      let name = try editor.edit()
      switch try await look(folder.log, original) {
      case .found: found += 1
      case .onlyByCheckpoint: (found, unseenWithout) = (found + 1, unseenWithout + 1)
      case .harmless: harmless += 1
      case .missed: Issue.record("not found: \(name)")
      }
    }
    #expect(unseenWithout * 10 > count, "the chain alone would have found them")
    Figure.tell("log: edits found of made", "\(found) of \(count), \(harmless) changed nothing that is read")
    Figure.tell("log: of those, found by the checkpoint alone", "\(unseenWithout)")
  }

  private enum Sight { case found, onlyByCheckpoint, harmless, missed }

  private func look(_ path: String, _ original: Original) async throws -> Sight {
    let reader: LogReader
    do {
      reader = try LogReader(at: path)
      guard try await reader.verify(against: [original.head]).isOK else {
        return try await reader.verify().isOK ? .onlyByCheckpoint : .found
      }
    } catch is EventLogError {
      return .found
    }
    // Not found: then every event must be there, and every search find it.
    let all = Event.samples(1...original.count)
    let searches: [(EventFilter, [Event])] = [
      (EventFilter(), all), (EventFilter(actor: "anna"), all.filter { $0.actor == "anna" }),
      (EventFilter(kinds: [.done]), all.filter { $0.kind == .done }),
      (EventFilter(severity: .warning), all.filter { $0.severity >= .warning }),
    ]
    for (filter, wanted) in searches {
      guard try await reader.events(matching: filter) == wanted else { return .missed }
    }
    return .harmless
  }

  @Test(
    "each checkpoint of several is held against, whatever their order, and the first that differs is named")
  func several() async throws {
    let folder = ScratchFolder()
    let log = try EventLog.open(at: folder.log)
    var heads: [LogHead] = []
    for end in [5, 10, 15] as [Int64] {
      try await log.append(Event.samples(log.lastSequence + 1...end))
      heads.append(log.head)
    }
    #expect(try await log.verify(against: heads.reversed()).isOK)
    let kept = try #require(try await log.checkpoint())
    #expect(kept.head == log.head && kept.at == Event.sample(15).at)
    let stranger = LogHead(sequence: 10, hash: heads[0].hash)
    let rebuilt = try await log.verify(against: [heads[2], stranger, heads[0]])
    #expect("\(rebuilt)".hasPrefix("event 10:") && "\(rebuilt)".contains("after 5"), "\(rebuilt)")
    let missing = try await log.verify(against: heads + [LogHead(sequence: 20, hash: heads[0].hash)])
    #expect("\(missing)".hasPrefix("event 16:") && "\(missing)".contains("event 20"), "\(missing)")
  }
}
