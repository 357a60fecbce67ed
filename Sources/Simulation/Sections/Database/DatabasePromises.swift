import Database
import Reconciliation

struct DatabaseIsSet: Invariant {
  static let sentence =
    "What the file says of a database's settings is in force in its primary, unless the guard holds it."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, DatabaseSection.name),
      let draft = stage.inForce[id.environment], let database = draft.database(id),
      let model = stage.model(id, as: DatabaseModel.self), !model.isStandby(stage)
    else { return nil }
    let memory = model.settings[DatabaseModel.memory] ?? "?"
    if memory != "\(database.workMegabytes * 1024)" {
      return "\(id): work_mem is \(memory) kB, and \(database.workMegabytes) MB are written"
    }
    let commit = model.settings[DatabaseModel.commit] ?? "?"
    if commit != database.commit, draft.requirement(for: .disruptive) == "none" {
      return "\(id): synchronous_commit is \(commit), and \(database.commit) is written"
    }
    return nil
  }
}

struct LostStandbyIsSaid: Invariant {
  static let sentence = "A database that wants a standby and has none says so."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, DatabaseSection.name),
      stage.inForce[id.environment]?.database(id)?.isHigh == true,
      let model = stage.model(id, as: DatabaseModel.self), !model.isStandby(stage), !model.hasStandby(stage),
      let plan = shell.reconciler.resources[id]?.plan
    else { return nil }
    return plan.findings.contains { $0.code == "no-standby" }
      ? nil : "\(id): its standby is lost, and it says \(plan.findings.map(\.code))"
  }
}
