import Calendar
import Host
import Instances
import Reconciliation
import SecretStore

/// Processes of one entry of `instances`. They outlive the daemon, and die with the machine.
final class InstancesModel: Model {
  struct Process {
    var seen: ObservedInstance
    /// When it ends by itself; nil: not foreseen.
    var endsAt: Duration?
  }

  let id: ResourceID
  private(set) var processes: [Process] = []
  /// How each index last ended by accident, as the daemon's memory of its children has it.
  private var ended: [Int: EndedInstance] = [:]
  /// Until when whatever starts ends soon.
  private(set) var crashesUntil = Duration.zero
  /// How long processes ran up to a moment: in microseconds, all together.
  private var ran: Int64 = 0
  private var ranUntil = Duration.zero

  init(_ id: ResourceID) { self.id = id }

  func look(_ stage: Stage) -> AnyObserved {
    AnyObserved(
      typed: InstancesObserved(
        running: processes.map(\.seen).sorted {
          ($0.index, $0.startedAt, $0.process.pid) < ($1.index, $1.startedAt, $1.process.pid)
        }, ended: ended.values.sorted { $0.index < $1.index }))
  }

  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration {
    action.verb == "start" ? .milliseconds(dice.number(5...400)) : .milliseconds(dice.number(50...6_000))
  }

  func act(
    _ action: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage
  ) -> Result<Outcome, Failure> {
    guard let action = action.typed(as: InstancesAction.self) else { return .success(Outcome("nothing")) }
    count(stage)
    let any = AnyActionWords(action.description)
    switch action {
    case .start(let instance, let revision, let secrets):
      guard haveValues(secrets, stage) else { return .failure(any.movedOn("a version of a secret is gone")) }
      if portion == .whole { start(instance.index, revision, secrets, stage) }
    case .stop(let instance, let process, _):
      if portion == .whole { stop(instance.index, process) }
    case .restart(let instance, let process, let revision, let secrets, _, _):
      guard haveValues(secrets, stage) else { return .failure(any.movedOn("a version of a secret is gone")) }
      if portion != .nothing { stop(instance.index, process) }
      if portion == .whole { start(instance.index, revision, secrets, stage) }
    case .scale: break
    }
    return .success(Outcome(action.description))
  }

  /// How long processes have run up to now: in microseconds, all together.
  func used(_ stage: Stage) -> Int64 {
    ran + Int64(processes.count) * (stage.elapsed - ranUntil).microseconds
  }

  /// To be called before the number of processes changes.
  private func count(_ stage: Stage) {
    ran = used(stage)
    ranUntil = stage.elapsed
  }

  private func haveValues(_ grants: [SecretGrant], _ stage: Stage) -> Bool {
    grants.allSatisfy { grant in
      let versions = stage.secret(grant.name, in: id.environment)?.versions ?? []
      return ([grant.current] + (grant.previous.map { [$0] } ?? [])).allSatisfy { number in
        versions.contains { $0.number == number }
      }
    }
  }

  private func start(_ index: Int, _ revision: String, _ secrets: [SecretGrant], _ stage: Stage) {
    var process = Process(
      seen: ObservedInstance(
        index: index, process: stage.nextProcess(), startedAt: stage.wall, revision: revision,
        secrets: secrets))
    if stage.elapsed < crashesUntil {
      var dice = stage.dice("crash", UInt64(process.seen.process.pid))
      process.endsAt = stage.elapsed + .milliseconds(dice.number(200...4_000))
      stage.queue.put(.news(id, Int(process.seen.process.pid)), at: process.endsAt ?? stage.elapsed)
    }
    processes.append(process)
  }

  private func stop(_ index: Int, _ identity: ProcessIdentity) {
    guard processes.contains(where: { $0.seen.process == identity }) else { return }
    processes.removeAll { $0.seen.process == identity }
    ended[index] = nil
  }

  // MARK: By itself

  /// The process with this number ends.
  func happen(_ news: Int, _ stage: Stage) {
    guard let index = processes.firstIndex(where: { Int($0.seen.process.pid) == news }) else { return }
    end(index, stage)
  }

  /// The nth process ends by accident.
  func die(_ number: Int, _ stage: Stage) {
    guard !processes.isEmpty else { return }
    end(number % processes.count, stage)
  }

  private func end(_ position: Int, _ stage: Stage) {
    count(stage)
    let process = processes.remove(at: position).seen
    let isQuick = process.startedAt.distance(to: stage.wall) < EndedInstance.quick
    let before = ended[process.index]
    ended[process.index] = EndedInstance(
      index: process.index, endedAt: stage.wall, end: "exited with 3",
      quickDeaths: isQuick ? (before?.revision == process.revision ? before?.quickDeaths ?? 0 : 0) + 1 : 0,
      revision: process.revision)
    stage.disturb(id, for: Stage.backoff)
    stage.trace.note(stage.elapsed, "\(id): process \(process.process.pid) of \(process.index) ends")
  }

  func crash(until moment: Duration, _ stage: Stage) {
    crashesUntil = moment
    stage.disturb(id, for: moment - stage.elapsed + Stage.backoff)
    if !processes.isEmpty { end(0, stage) }
  }

  /// Somebody starts one by hand, or an old daemon did.
  func startStranger(_ stage: Stage) {
    count(stage)
    var dice = stage.dice("stranger")
    let index = dice.number(1...5)
    // An old daemon's has a revision, which says of which versions; one by hand has none.
    let alike = dice.percent(50) ? nil : processes.first?.seen
    start(index, alike?.revision ?? "", alike?.secrets ?? [], stage)
    stage.disturb(id, for: Stage.backoff)
  }

  func machineStops(_ stage: Stage) {
    count(stage)
    processes = []
    ended = [:]
  }

  func daemonStarted(_ stage: Stage) { ended = [:] }

  func heal(_ stage: Stage) { crashesUntil = .zero }
}

/// The words of an action, for a failure of it.
struct AnyActionWords {
  let words: String
  init(_ words: String) { self.words = words }

  func movedOn(_ cause: String) -> Failure {
    Failure(.transient, code: "moved-on", operation: words, subject: "the world", cause: cause)
  }
}
