import Database
import Reconciliation

/// `database`: a server whose settings somebody changes, that restarts, loses its standby, and fails over; into which people
/// let others, whose disk others fill, and which Patroni may run.
enum DatabaseSection: Section {
  static let name = "database"

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    guard dice.percent(50) else { return [] }
    var database = DatabaseEntry(
      name: "main", isHigh: dice.percent(70), workMegabytes: dice.number(1...16),
      commit: dice.one(of: DatabaseEntry.commits))
    database.hasPatroni = database.isHigh && dice.percent(50)
    database.wish(&dice)
    return [database]
  }

  static func model(of id: ResourceID) -> any Model { DatabaseModel(id) }

  static let misfortunes = [
    Misfortune(name, "somebody sets something by hand", weight: 2) { (model: DatabaseModel, dice, stage) in
      model.meddle(&dice, stage)
    },
    Misfortune(name, "the server restarts") { (model: DatabaseModel, _, stage) in model.restart(stage) },
    Misfortune(name, "the standby is lost", weight: 4) { (model: DatabaseModel, dice, stage) in
      model.loseStandby(for: dice.seconds(600...90_000), stage)
    },
    Misfortune(name, "the address leads to a standby", weight: 2) { (model: DatabaseModel, dice, stage) in
      model.follow(for: dice.seconds(600...90_000), stage)
    },
    Misfortune(name, "somebody changes who gets in", weight: 3) { (model: DatabaseModel, dice, stage) in
      model.changeAccess(&dice, stage)
    },
    Misfortune(name, "somebody changes what Patroni may do", weight: 2) {
      (model: DatabaseModel, dice, stage) in model.changeFailover(&dice, stage)
    },
    Misfortune(name, "its data, or others on its disk, grow or shrink", weight: 2) {
      (model: DatabaseModel, dice, stage) in model.changeRoom(&dice, stage)
    },
  ]

  static let invariants: [any Invariant.Type] = [
    DatabaseIsSet.self, DifferencesAreSaid.self, OnlySettingsAreSet.self,
  ]

  static func gist(of observed: AnyObserved) -> [String] {
    guard let database = observed.typed(as: DatabaseObserved.self) else { return [] }
    return database.settings.map { "\($0.name)=\($0.value)" }
  }

  /// When a commit counts as done is what its clients rely on.
  static func risk(of action: AnyAction, on id: ResourceID, seen: AnyObserved?, _ shell: Shell) -> Risk {
    action.typed(as: DatabaseAction.self)?.setting == DatabaseModel.commit ? .disruptive : .safe
  }
}

/// An entry of `database`.
struct DatabaseEntry: Entry {
  static let section = DatabaseSection.name
  static let commits = ["on", "off", "local", "remote_apply"]
  static let roles = ["dba", "developers", "on-call"]
  private static let levels = ["full", "read-only", "with approval"]

  var name: String
  var isHigh: Bool
  var workMegabytes: Int
  var commit: String
  /// Whether Patroni runs it: then it is asked for the leader, which is on another machine.
  var hasPatroni = false
  /// `size at least`, in GB.
  var room: Int?
  var failover: String?
  /// What is written of each role.
  var access: [String: String] = [:]

  /// Draws what steward looks at and never changes.
  mutating func wish(_ dice: inout Dice) {
    room = dice.percent(60) ? dice.number(1...DatabaseModel.Surroundings().reach) : nil
    failover = dice.one(of: isHigh ? [nil, "none", "manual", "automatic"] : [nil, "none"])
    access = [:]
    for role in Self.roles where dice.percent(60) { access[role] = dice.one(of: Self.levels) }
  }

  func lines(in environment: String) -> [String] {
    let members = [1, 2].map { "\"http://\(environment)-\(name)-\($0):8008\"" }.joined(separator: ", ")
    let roles = access.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    var lines = [
      "\(name):", "  kind: postgresql",
      hasPatroni ? "  patroni: [\(members)]" : "  socket: /run/postgresql/\(environment)-\(name)",
      "  availability: \(isHigh ? "high" : "single")",
      "  settings: {\(DatabaseModel.memory): \(workMegabytes)MB, \(DatabaseModel.commit): \"\(commit)\"}",
    ]
    if let room { lines.append("  size at least: \(room) GB") }
    if let failover { lines.append("  failover: \(failover)") }
    if !access.isEmpty { lines.append("  access: {\(roles)}") }
    return lines
  }

  func edited(_ dice: inout Dice) -> Self {
    var database = self
    database.workMegabytes = dice.number(1...16)
    database.commit = dice.one(of: DatabaseEntry.commits)
    database.wish(&dice)
    return database
  }

  func contradictory(_ dice: inout Dice) -> Self? {
    var database = self
    // What no session sees that sets its own.
    database.commit = "on\", statement_timeout: \"1s"
    return database
  }
}

extension Draft {
  func database(_ id: ResourceID) -> DatabaseEntry? { entry(id.name) }
}
