import Backups
import Reconciliation

/// `backups`: a folder of dumps that something else fills.
enum BackupsSection: Section {
  static let name = "backups"

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    [
      BackupsEntry(
        name: "main", everyHours: dice.one(of: [24, 24, 48, 168]),
        drill: dice.one(of: [nil, "weekly", "monthly", "*-*~1 04:00"]))
    ]
  }

  static func model(of id: ResourceID) -> any Model { BackupsModel(id) }

  static let misfortunes = [
    Misfortune(name, "nothing makes dumps", weight: 2) { (model: BackupsModel, dice, stage) in
      model.pause(for: dice.seconds(86_400...400_000), stage)
    },
    Misfortune(name, "the next dump is bad", weight: 2) { (model: BackupsModel, _, _) in model.spoilNext() },
  ]

  static let invariants: [any Invariant.Type] = [BackupsAreProved.self]

  /// A bad dump among the last dozen, a failed restore until the next.
  static let lasting: Set = ["corrupt", "drill-failed"]
}

/// An entry of `backups`.
struct BackupsEntry: Entry {
  static let section = BackupsSection.name

  var name: String
  var everyHours: Int
  var drill: String?

  func lines(in environment: String) -> [String] {
    var lines = [
      "\(name):", "  in: /srv/backups/\(environment)/\(name)", "  match: \"*.dump\"",
      "  every: \(everyHours)h",
    ]
    if let drill {
      lines += ["  drill: \"\(drill)\"", "  restore: [/srv/bin/restore, \"{backup}\", \"{scratch}\"]"]
    }
    return lines
  }

  func edited(_ dice: inout Dice) -> Self {
    var backups = self
    backups.drill = dice.one(of: ["weekly", "monthly", "*-*~1 04:00"])
    return backups
  }
}

extension Draft {
  func backups(_ id: ResourceID) -> BackupsEntry? { entry(id.name) }
}
