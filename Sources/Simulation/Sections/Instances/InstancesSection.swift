import Calendar
import Instances
import Reconciliation

/// `instances`: processes that run during hours.
enum InstancesSection: Section {
  static let name = "instances"
  static let isEntangled = true

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    let secrets = draft.secrets.map(\.name)
    var entries = (0..<dice.number(1...2)).map { InstancesEntry.drawn("web\($0)", secrets, &dice) }
    // Once in a while so many that start together that the bound on actions at once is reached.
    if dice.percent(25) {
      entries += (0..<11).map { InstancesEntry(name: "job\($0)", count: 1...1, open: [], secrets: []) }
    }
    return entries
  }

  static func model(of id: ResourceID) -> any Model { InstancesModel(id) }

  static let misfortunes = [
    Misfortune(name, "one ends by accident", weight: 5) { (model: InstancesModel, dice, stage) in
      model.die(dice.below(7), stage)
    },
    Misfortune(name, "whatever starts ends soon", weight: 2) { (model: InstancesModel, dice, stage) in
      model.crash(until: stage.elapsed + dice.seconds(30...3_600), stage)
    },
    Misfortune(name, "somebody starts one by hand", weight: 3) { (model: InstancesModel, _, stage) in
      model.startStranger(stage)
    },
  ]

  static let invariants: [any Invariant.Type] = [
    NothingOutsideHours.self, NothingMissingInHours.self, VersionsReachUsers.self,
  ]

  static func gist(of observed: AnyObserved) -> [String] {
    let running = observed.typed(as: InstancesObserved.self)?.running ?? []
    return running.map { "\($0.index) \($0.revision) \($0.secrets)" }.sorted()
  }

  /// With the versions that it is given: of a former one the line says nothing.
  static func identity(of action: AnyAction) -> String {
    switch action.typed(as: InstancesAction.self) {
    case .start(_, _, let grants)?, .restart(_, _, _, let grants, _, _)?: "\(action) \(grants)"
    case .stop?, .scale?, nil: action.description
    }
  }

  static func risk(of action: AnyAction, on id: ResourceID, seen: AnyObserved?, _ shell: Shell) -> Risk {
    guard case .restart(let instance, _, _, _, _, _)? = action.typed(as: InstancesAction.self) else {
      return .safe
    }
    let others = seen?.typed(as: InstancesObserved.self)?.running ?? []
    return others.contains { $0.index != instance.index } ? .safe : .disruptive
  }

  static let lasting: Set = ["stuck"]
}

/// An entry of `instances`.
struct InstancesEntry: Entry {
  static let section = InstancesSection.name
  static let windows: [[String]] = [
    [], ["Mon..Fri 07:00-20:00"], ["Mon..Sat 22:00-06:00"], ["Mon..Sun 01:30-03:15"],
    ["Mon..Fri 08:00-12:00", "Mon..Fri 13:00-17:30"], ["Tue,Thu,Sun 00:00-24:00"],
  ]

  var name: String
  var count: ClosedRange<Int>
  /// Windows; empty for `always`.
  var open: [String]
  var closed: [String] = []
  var secrets: [String]
  var level = 1
  var stopWithin = 10

  fileprivate static func drawn(_ name: String, _ secrets: [String], _ dice: inout Dice) -> Self {
    let lower = dice.number(1...3)
    return Self(
      name: name, count: lower...(lower + dice.number(0...1)), open: dice.one(of: windows),
      closed: dice.percent(30) ? ["2028-02-29", "2026-12-24..2027-01-01"] : [],
      secrets: secrets.filter { _ in dice.percent(50) }, stopWithin: dice.number(5...20))
  }

  func lines(in environment: String) -> [String] {
    var lines = [
      "\(name):", "  run: [/srv/bin/serve, --level, \"\(level)\"]",
      count.count == 1 ? "  count: \(count.lowerBound)" : "  count: \(count.lowerBound)..\(count.upperBound)",
      "  stop within: \(stopWithin)s", "  variables: {LEVEL: \(level)}",
    ]
    if !open.isEmpty { lines.append("  open: [\(open.map { "\"\($0)\"" }.joined(separator: ", "))]") }
    if !closed.isEmpty { lines.append("  closed: [\(closed.joined(separator: ", "))]") }
    if !secrets.isEmpty { lines.append("  secrets: [\(secrets.joined(separator: ", "))]") }
    return lines
  }

  func edited(_ dice: inout Dice) -> Self {
    var entry = self
    switch dice.below(4) {
    case 0, 1: entry.level += 1
    case 2:
      let lower = dice.number(0...3)
      entry.count = lower...(lower + dice.number(0...1))
    default: entry.open = dice.one(of: Self.windows)
    }
    return entry
  }

  func contradictory(_ dice: inout Dice) -> Self? {
    var entry = self
    entry.secrets = ["NOWHERE"]
    return entry
  }

  func fitting(into draft: Draft) -> Self {
    var entry = self
    entry.secrets.removeAll { draft.secret($0) == nil }
    return entry
  }
}

extension Draft {
  func instances(_ id: ResourceID) -> InstancesEntry? { entry(id.name) }
}
