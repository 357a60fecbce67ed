import Calendar
import Logs
import Reconciliation

/// `logs`: folders that are kept so long and so large.
enum LogsSection: Section {
  static let name = "logs"

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    var entries = [LogsEntry.drawn("web", &dice)]
    if dice.percent(30) { entries.append(LogsEntry.drawn("audit", &dice)) }
    return entries
  }

  static func model(of id: ResourceID) -> any Model { LogsModel(id) }

  static let misfortunes = [
    Misfortune(name, "much is written at once", weight: 3) { (model: LogsModel, dice, stage) in
      model.burst(megabytes: dice.number(200...1_500), stage)
    },
    Misfortune(name, "somebody holds one open", weight: 2) { (model: LogsModel, dice, stage) in
      model.hold(for: dice.seconds(3_600...400_000), stage)
    },
  ]

  static let invariants: [any Invariant.Type] = [NothingKeptIsPurged.self, OldLogsGo.self]

  /// Files that are held, or changed since, are spared rightly: what matters is that nothing else goes.
  static func gist(of observed: AnyObserved) -> [String] {
    observed.typed(as: LogsObserved.self).map { ["\($0.archive == nil)"] } ?? []
  }

  /// Deleting what `keep` still keeps.
  static func risk(of action: AnyAction, on id: ResourceID, seen: AnyObserved?, _ shell: Shell) -> Risk {
    guard let logs = action.typed(as: LogsAction.self), logs.from == .logs, logs.kind != .archive else {
      return .safe
    }
    let stage = shell.stage
    guard let draft = stage.inForce[id.environment]?.logs(id) else { return .destructive }
    let ages = LogAges(draft, stage.zone(of: id.environment))
    let isKept = logs.files.contains { file in
      ages.expiry(file).map { $0 > stage.wall + .seconds(60) } ?? true
    }
    return isKept ? .destructive : .safe
  }

  static let lasting: Set = ["over-cap"]
}

/// An entry of `logs`.
struct LogsEntry: Entry {
  static let section = LogsSection.name
  static let purges = ["03:00", "*-*-* 02:30", "Sun 04:00", "Mon..Fri 12:00 UTC"]

  var name: String
  var keepDays: Int
  var atMostMegabytes: Int?
  var archiveAfterDays: Int?
  var purgeAt: String?

  fileprivate static func drawn(_ name: String, _ dice: inout Dice) -> Self {
    var logs = Self(name: name, keepDays: dice.number(5...20))
    if dice.percent(50) { logs.atMostMegabytes = dice.number(6...14) * 100 }
    if dice.percent(50) { logs.archiveAfterDays = dice.number(1...4) }
    if dice.percent(40) { logs.purgeAt = dice.one(of: purges) }
    return logs
  }

  func lines(in environment: String) -> [String] {
    var lines = [
      "\(name):", "  path: /var/log/\(environment)/\(name)", "  match: \"*.log\"", "  keep: \(keepDays)d",
    ]
    if let atMostMegabytes { lines.append("  at most: \(atMostMegabytes) MB") }
    if let archiveAfterDays {
      lines.append("  archive: {to: /srv/cold/\(environment)/\(name), after: \(archiveAfterDays)d}")
    }
    if let purgeAt { lines.append("  purge at: \"\(purgeAt)\"") }
    return lines
  }

  func edited(_ dice: inout Dice) -> Self {
    var logs = self
    logs.keepDays = dice.number(5...20)
    return logs
  }
}

extension Draft {
  func logs(_ id: ResourceID) -> LogsEntry? { entry(id.name) }
}
