import Database
import Reconciliation

/// One server, and the standby that follows it where the file wants one.
final class DatabaseModel: Model {
  static let memory = "work_mem"
  static let commit = "synchronous_commit"
  /// What a server has of which no file says anything.
  static let defaults = [memory: "4096", commit: "on"]

  /// What people alone change.
  struct Surroundings {
    /// What became of a role that should do nothing but read.
    enum Role: CaseIterable { case reads, isGone, writes, lasts }
    /// What a line of pg_hba.conf lets in.
    enum Door: CaseIterable { case closed, trusts, anywhere }

    /// What its databases hold, and what its disk has left beside them, in GB.
    var data = 1
    var free = 7
    var reach: Int { data + free }
    /// Whether Patroni was told to leave it alone, and never to let the standby lead.
    var isPaused = false
    var neverLeads = false
    var roles: [String: Role] = [:]
    var hasSuperuser = false
    var door = Door.closed
  }

  static let standby = "db2"
  static let superuser = "intern"
  /// The line of pg_hba.conf that somebody writes.
  static let line = 12

  let id: ResourceID
  /// What is in force.
  private(set) var settings = defaults
  /// What its files say, which a reload or a restart brings into force.
  private var file: [String: String] = [:]
  /// Whether the last change also brought into force what an earlier one had only written.
  private(set) var isUnforeseeable = false
  private(set) var surroundings = Surroundings()
  private var standbyLostUntil = Duration.zero
  private var followsUntil = Duration.zero

  init(_ id: ResourceID) { self.id = id }

  /// People did as they liked before the daemon came.
  func begin(_ stage: Stage) {
    var dice = stage.dice("\(id)")
    changeFailover(&dice, stage)
    changeRoom(&dice, stage)
    for _ in 0..<3 { changeAccess(&dice, stage) }
  }

  private func draft(_ stage: Stage) -> DatabaseEntry? { stage.inForce[id.environment]?.database(id) }

  /// Whether it is a standby itself: Patroni is asked who leads.
  func isStandby(_ stage: Stage) -> Bool {
    followsUntil > stage.elapsed && draft(stage)?.hasPatroni != true
  }

  func hasStandby(_ stage: Stage) -> Bool { standbyLostUntil <= stage.elapsed }

  func look(_ stage: Stage) -> AnyObserved {
    var seen = DatabaseObserved()
    seen.version = "15.16"
    seen.name = "db1"
    seen.bytes = Self.bytes(surroundings.data)
    seen.hasTLS = true
    seen.hasAudit = true
    seen.audited = "write, ddl"
    seen.isStandby = isStandby(stage)
    if let draft = draft(stage) { lookAround(draft, &seen, stage) }
    // What is set by ALTER SYSTEM no standby takes over.
    let settings = seen.isStandby ? Self.defaults : settings
    seen.settings = settings.sorted { $0.key < $1.key }.map { name, value in
      DatabaseSetting(
        name: name, value: value, unit: name == Self.memory ? "kB" : nil,
        type: name == Self.memory ? "integer" : "enum", context: "user",
        source: file[name] == nil ? "default" : "configuration file")
    }
    return AnyObserved(typed: seen)
  }

  private func lookAround(_ draft: DatabaseEntry, _ seen: inout DatabaseObserved, _ stage: Stage) {
    let follows = draft.isHigh && hasStandby(stage)
    if follows, !seen.isStandby {
      seen.standbys = [DatabaseStandby(name: Self.standby, state: "streaming", sync: "async", lagBytes: 0)]
    }
    if draft.hasPatroni {
      seen.members = [
        DatabaseMember(name: "db1", role: "leader", state: "running"),
        DatabaseMember(
          name: Self.standby, role: "replica", state: follows ? "streaming" : "stopped",
          neverLeads: surroundings.neverLeads),
      ]
      seen.isPaused = surroundings.isPaused
    } else if draft.room != nil {
      seen.freeBytes = Self.bytes(surroundings.free)
    }
    if !draft.access.isEmpty { seen.access = seenAccess(draft) }
  }

  private func seenAccess(_ draft: DatabaseEntry) -> DatabaseAccess {
    var seen = DatabaseAccess()
    if surroundings.hasSuperuser { seen.superusers = [Self.superuser] }
    seen.roles = draft.access.keys.sorted().filter { surroundings.roles[$0] != .isGone }.map { name in
      DatabaseRole(
        name: name,
        rights: surroundings.roles[name] == .writes ? ["write in 3 tables, such as public.users"] : [],
        lasting: surroundings.roles[name] == .lasts ? ["anna"] : [])
    }
    let trusts = surroundings.door == .trusts
    let text = "host all all all \(trusts ? "trust" : "scram-sha-256")"
    seen.rules =
      surroundings.door == .closed
      ? [] : [DatabaseRule(line: Self.line, text: text, trusts: trusts, isRemote: true)]
    return seen
  }

  private static func bytes(_ gigabytes: Int) -> Int64 { Int64(gigabytes) * 1_000_000_000 }

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

  func changeAccess(_ dice: inout Dice, _ stage: Stage) {
    switch dice.below(4) {
    case 0: surroundings.hasSuperuser.toggle()
    case 1: surroundings.door = dice.one(of: Surroundings.Door.allCases)
    default:
      surroundings.roles[dice.one(of: DatabaseEntry.roles)] = dice.one(of: Surroundings.Role.allCases)
    }
    stage.disturb(id)
  }

  func changeFailover(_ dice: inout Dice, _ stage: Stage) {
    if dice.percent(50) { surroundings.isPaused.toggle() } else { surroundings.neverLeads.toggle() }
    stage.disturb(id)
  }

  func changeRoom(_ dice: inout Dice, _ stage: Stage) {
    let reach = surroundings.reach
    if dice.percent(50) {
      surroundings.data = dice.number(0...reach)
      surroundings.free = reach - surroundings.data
    } else {
      surroundings.free = dice.number(0...Surroundings().reach)
    }
    stage.disturb(id)
  }

  func loseStandby(for duration: Duration, _ stage: Stage) {
    standbyLostUntil = stage.elapsed + duration
    stage.disturb(id)
    stage.queue.put(.news(id, 0), at: standbyLostUntil)
  }

  func follow(for duration: Duration, _ stage: Stage) {
    followsUntil = stage.elapsed + duration
    stage.disturb(id, for: Stage.backoff)
    stage.queue.put(.news(id, 0), at: followsUntil)
  }

  /// Its standby is back, or its address leads to the primary again.
  func happen(_ news: Int, _ stage: Stage) { stage.disturb(id, for: Stage.backoff) }

  /// People do what they were told to.
  func heal(_ stage: Stage) {
    standbyLostUntil = .zero
    followsUntil = .zero
    surroundings = Surroundings()
    let failover = stage.drafts[id.environment]?.database(id)?.failover
    surroundings.isPaused = failover == "manual" || failover == "none"
  }
}
