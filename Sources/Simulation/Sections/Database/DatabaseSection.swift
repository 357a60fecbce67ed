import Database
import Reconciliation

/// `database`: a server whose settings somebody changes, that restarts, loses its standby, and fails over.
enum DatabaseSection: Section {
  static let name = "database"

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    guard dice.percent(50) else { return [] }
    return [
      DatabaseEntry(
        name: "main", isHigh: dice.percent(70), workMegabytes: dice.number(1...16),
        commit: dice.one(of: DatabaseEntry.commits))
    ]
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
    Misfortune(name, "the address leads to a standby") { (model: DatabaseModel, dice, stage) in
      model.follow(for: dice.seconds(600...40_000), stage)
    },
  ]

  static let invariants: [any Invariant.Type] = [DatabaseIsSet.self, LostStandbyIsSaid.self]

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

  var name: String
  var isHigh: Bool
  var workMegabytes: Int
  var commit: String

  func lines(in environment: String) -> [String] {
    [
      "\(name):", "  kind: postgresql", "  socket: /run/postgresql/\(environment)-\(name)",
      "  availability: \(isHigh ? "high" : "single")",
      "  settings: {\(DatabaseModel.memory): \(workMegabytes)MB, \(DatabaseModel.commit): \"\(commit)\"}",
    ]
  }

  func edited(_ dice: inout Dice) -> Self {
    var database = self
    database.workMegabytes = dice.number(1...16)
    database.commit = dice.one(of: DatabaseEntry.commits)
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
