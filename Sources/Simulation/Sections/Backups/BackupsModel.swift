import Backups
import Calendar
import Reconciliation

/// A folder of dumps that something else fills, and what is on record of them.
final class BackupsModel: Model {
  let id: ResourceID
  /// The newest last.
  private(set) var dumps: [Dump] = []
  private(set) var record = Record()
  private var corrupt: Set<String> = []
  private var quietUntil = Duration.zero
  private var nextIsBad = false
  private var writing: String?
  private var count: UInt64 = 0

  /// Whatever makes the dumps keeps so many.
  private static let keptMax = 20
  private static let writingTakes = Duration.seconds(600)

  init(_ id: ResourceID) { self.id = id }

  func look(_ stage: Stage) -> AnyObserved { AnyObserved(typed: observed) }

  private var observed: BackupsObserved {
    let newest = dumps.reversed().prefix(BackupsObserved.newestMax).map { dump in
      var dump = dump
      dump.isHeld = dump.name == writing
      return dump
    }.sorted { ($0.modified, $0.name) > ($1.modified, $1.name) }
    var known = record
    known.verdicts.removeAll { verdict in
      !newest.contains { verdict.name == $0.name && verdict.modified == $0.modified }
    }
    return BackupsObserved(
      count: dumps.count, bytes: dumps.reduce(0) { $0 + $1.bytes }, oldest: dumps.map(\.modified).min(),
      newest: Array(newest), record: known)
  }

  func verdict(on dump: Dump) -> Verdict? {
    record.verdicts.first { $0.name == dump.name && $0.modified == dump.modified && $0.bytes == dump.bytes }
  }

  func isFinished(_ dump: Dump) -> Bool { dump.name != writing }

  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration {
    action.verb == "drill" ? dice.seconds(60...2_400) : dice.seconds(1...120)
  }

  func act(
    _ action: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage
  ) -> Result<Outcome, Failure> {
    guard let act = action.typed(as: BackupsAction.self), let typed = resource.typed(as: BackupsSpec.self),
      portion == .whole, let tried = act.dump
    else { return .success(Outcome("nothing")) }
    guard let dump = dumps.first(where: { $0.name == tried.name }), dump.modified == tried.modified,
      dump.name != writing
    else { return .failure(.movedOn(action, "it changed since it was looked at")) }
    let after = BackupsController.expect(act, of: typed, after: observed, at: stage.wall)
    let isBad = corrupt.contains(dump.name)
    let before = record.lastSuccess
    record = after.record
    switch act.kind {
    case .verify:
      if isBad, let index = record.verdicts.firstIndex(where: { $0.name == dump.name }) {
        record.verdicts[index].result = .corrupt
        record.verdicts[index].problem = "a simulated test fails"
      }
    case .drill:
      guard isBad, var drill = record.lastSuccess else { break }
      drill.problem = "a simulated restore fails"
      record.lastSuccess = before
      record.lastFailure = drill
      return .failure(.simulated(.needsOperator, action))
    case .backup, .check, .sweep: break
    }
    return .success(Outcome(action.description, details: ["ok": true]))
  }

  // MARK: By itself

  func begin(_ stage: Stage) {
    var dice = Dice(stage.script.seed, "backups \(id)")
    stage.queue.put(.news(id, 0), at: dice.seconds(60...86_400))
  }

  /// A dump is begun (0), or finished (1).
  func happen(_ news: Int, _ stage: Stage) {
    if news == 1 {
      if let name = writing, let index = dumps.firstIndex(where: { $0.name == name }) {
        dumps[index].modified = stage.wall
        dumps[index].bytes = 1_000_000_000 + Int64(index) * 1_000_000
      }
      writing = nil
      stage.disturb(id, for: .seconds(60))
      return
    }
    guard !stage.isStill else { return }
    let every = stage.drafts[id.environment]?.backups(id)?.everyHours ?? 24
    stage.queue.put(.news(id, 0), at: stage.elapsed + .seconds(Int64(every) * 3_600))
    guard stage.elapsed >= quietUntil else { return }
    count += 1
    let dump = Dump(
      name: "main-\(count).dump", inode: 1_000 + count, bytes: 500_000_000, modified: stage.wall)
    dumps.append(dump)
    if nextIsBad { corrupt.insert(dump.name) }
    nextIsBad = false
    if dumps.count > Self.keptMax { dumps.removeFirst() }
    writing = dump.name
    stage.disturb(id, for: Self.writingTakes)
    stage.queue.put(.news(id, 1), at: stage.elapsed + Self.writingTakes)
  }

  func pause(for duration: Duration, _ stage: Stage) { quietUntil = stage.elapsed + duration }

  func spoilNext() { nextIsBad = true }

  func heal(_ stage: Stage) {
    quietUntil = .zero
    nextIsBad = false
  }
}
