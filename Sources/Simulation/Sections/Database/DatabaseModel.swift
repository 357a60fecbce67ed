import Database
import Reconciliation

/// One server, and the standby that follows it where the file wants one.
final class DatabaseModel: Model {
  static let memory = "work_mem"
  static let commit = "synchronous_commit"
  private static let defaults = [memory: "4096", commit: "on"]

  let id: ResourceID
  /// What is in force.
  private(set) var settings = defaults
  /// What its files say, which a reload or a restart brings into force.
  private var file: [String: String] = [:]
  /// Whether the last change also brought into force what an earlier one had only written.
  private(set) var isUnforeseeable = false
  private var standbyLostUntil = Duration.zero
  private var followsUntil = Duration.zero

  init(_ id: ResourceID) { self.id = id }

  private func draft(_ stage: Stage) -> DatabaseEntry? { stage.inForce[id.environment]?.database(id) }

  /// Whether it is a standby itself.
  func isStandby(_ stage: Stage) -> Bool { followsUntil > stage.elapsed }

  func hasStandby(_ stage: Stage) -> Bool { standbyLostUntil <= stage.elapsed }

  func look(_ stage: Stage) -> AnyObserved {
    var seen = DatabaseObserved()
    seen.version = "15.16"
    seen.name = "db1"
    seen.bytes = 500_000_000
    seen.hasTLS = true
    seen.hasAudit = true
    seen.audited = "write, ddl"
    seen.isStandby = isStandby(stage)
    if draft(stage)?.isHigh == true, hasStandby(stage), !seen.isStandby {
      seen.standbys = [DatabaseStandby(name: "db2", state: "streaming", sync: "async", lagBytes: 0)]
    }
    seen.settings = settings.sorted { $0.key < $1.key }.map { name, value in
      DatabaseSetting(
        name: name, value: value, unit: name == Self.memory ? "kB" : nil,
        type: name == Self.memory ? "integer" : "enum", context: "user",
        source: file[name] == nil ? "default" : "configuration file")
    }
    return AnyObserved(typed: seen)
  }

  func act(
    _ action: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage
  ) -> Result<Outcome, Failure> {
    guard let set = action.typed(as: DatabaseAction.self), portion != .nothing else {
      return .success(Outcome("nothing"))
    }
    guard !isStandby(stage) else { return .failure(.simulated(.transient, action)) }
    isUnforeseeable = settings != Self.defaults.merging(file) { $1 }
    file[set.setting] = set.setting == Self.memory ? "\((Int(set.value.dropLast(2)) ?? 0) * 1024)" : set.value
    // Half of it is a file that nobody read yet.
    if portion == .whole { load() }
    return .success(Outcome(action.description))
  }

  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration { .milliseconds(dice.number(5...300)) }

  private func load() { settings = Self.defaults.merging(file) { $1 } }

  // MARK: What others do

  func meddle(_ dice: inout Dice, _ stage: Stage) {
    if dice.percent(50) {
      file[Self.memory] = dice.one(of: ["64", "65536"])
    } else {
      file[Self.commit] = dice.one(of: DatabaseEntry.commits)
    }
    load()
    stage.disturb(id, for: Stage.backoff)
  }

  func restart(_ stage: Stage) {
    load()
    stage.disturb(id, for: Stage.backoff)
  }

  func loseStandby(for duration: Duration, _ stage: Stage) {
    standbyLostUntil = stage.elapsed + duration
    stage.disturb(id)
  }

  func follow(for duration: Duration, _ stage: Stage) {
    followsUntil = stage.elapsed + duration
    stage.disturb(id, for: duration + Stage.backoff)
  }

  func heal(_ stage: Stage) {
    standbyLostUntil = .zero
    followsUntil = .zero
  }
}
