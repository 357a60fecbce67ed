import Calendar
import Logs
import Reconciliation

/// A folder of logs: a program writes one file a day and holds the last open.
final class LogsModel: Model {
  let id: ResourceID
  private(set) var files: [ObservedFile] = []
  private(set) var archived: [ObservedFile] = []
  /// Files that somebody holds open, by inode, until then.
  private var heldUntil: [UInt64: Duration] = [:]
  private var lastInode: UInt64 = 100

  init(_ id: ResourceID) { self.id = id }

  func look(_ stage: Stage) -> AnyObserved {
    let draft = stage.inForce[id.environment]?.logs(id)
    var observed = LogsObserved(logs: shelf(files.map { held($0, stage) }), freePercent: 40)
    if draft?.archiveAfterDays != nil { observed.archive = shelf(archived) }
    return AnyObserved(typed: observed)
  }

  func held(_ file: ObservedFile, _ stage: Stage) -> ObservedFile {
    var file = file
    if file.inode == files.last?.inode && !stage.isStill
      || heldUntil[file.inode].map({ $0 > stage.elapsed }) == true
    {
      file.heldBy = "serve (812)"
    }
    return file
  }

  private func shelf(_ files: [ObservedFile]) -> Shelf {
    let sorted = files.sorted { ($0.modified, $0.path) < ($1.modified, $1.path) }
    return Shelf(
      files: files.count, bytes: files.reduce(0) { $0 + $1.bytes }, oldest: sorted.first?.modified,
      newest: sorted.last?.modified, candidates: sorted)
  }

  var bytes: Int64 { files.reduce(0) { $0 + $1.bytes } }

  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration {
    .milliseconds(dice.number(5...3_000))
  }

  func act(
    _ action: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage
  ) -> Result<Outcome, Failure> {
    guard let action = action.typed(as: LogsAction.self), portion != .nothing else {
      return .success(Outcome("nothing"))
    }
    let count = portion == .half ? action.files.count / 2 : action.files.count
    var done = 0
    for planned in action.files.prefix(count) {
      // Only the very file that was planned, and only while nobody writes it.
      if action.from == .archive {
        archived.removeAll { $0.inode == planned.inode }
        done += 1
        continue
      }
      guard let index = files.firstIndex(where: { $0.inode == planned.inode }) else { continue }
      let file = files[index]
      guard file.modified == planned.modified, file.size == planned.size, held(file, stage).heldBy == nil
      else {
        continue
      }
      files.remove(at: index)
      done += 1
      if action.kind == .archive {
        var copy = file
        copy.path += ".zst"
        copy.bytes /= 4
        archived.append(copy)
      }
    }
    return .success(Outcome("\(action.verb): \(done) files"))
  }

  // MARK: By itself

  func begin(_ stage: Stage) {
    var dice = Dice(stage.script.seed, "logs \(id)")
    // Some history, so that the first day has work to do.
    for day in (0..<dice.number(0...8)).reversed() {
      add(megabytes: dice.number(20...120), at: stage.wall - .seconds(Int64(day + 1) * 86_400))
    }
    add(megabytes: dice.number(20...120), at: stage.wall)
    stage.queue.put(.news(id, 0), at: dice.seconds(60...86_400))
  }

  /// A day is over: the next file.
  func happen(_ news: Int, _ stage: Stage) {
    guard !stage.isStill else { return }
    var dice = stage.dice("log \(id)")
    // The program lets go of its old file and begins another.
    if let last = files.indices.last { files[last].modified = stage.wall }
    add(megabytes: dice.number(20...120), at: stage.wall)
    stage.disturb(id)
    stage.queue.put(.news(id, 0), at: stage.elapsed + .seconds(86_400))
  }

  private func add(megabytes: Int, at wall: Instant) {
    lastInode += 1
    let bytes = Int64(megabytes) * 1_000_000
    files.append(
      ObservedFile(path: "app-\(lastInode).log", inode: lastInode, size: bytes, bytes: bytes, modified: wall))
  }

  func burst(megabytes: Int, _ stage: Stage) {
    add(megabytes: megabytes, at: stage.wall)
    stage.disturb(id)
  }

  func hold(for duration: Duration, _ stage: Stage) {
    guard let first = files.first else { return }
    heldUntil[first.inode] = stage.elapsed + duration
    stage.disturb(id, for: duration)
  }

  func heal(_ stage: Stage) { heldUntil = [:] }
}
