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

struct DifferencesAreSaid: Invariant {
  static let sentence =
    "What of a database is not as written, and for people to mend, is said while it is so and no longer."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, DatabaseSection.name),
      let database = stage.inForce[id.environment]?.database(id),
      let model = stage.model(id, as: DatabaseModel.self), let plan = shell.reconciler.resources[id]?.plan
    else { return nil }
    let differences = database.differences(from: model, stage).sorted()
    let said = plan.findings.map(\.code).sorted()
    return said == differences ? nil : "\(id): it says \(said), and what differs is \(differences)"
  }
}

struct OnlySettingsAreSet: Invariant {
  static let sentence =
    "Nothing of a database is changed but the settings that are written, and none in a standby."
  static let moments: Set<Moment.Kind> = [.performing]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .performing(let action, let resource, _) = moment,
      let set = action.typed(as: DatabaseAction.self)
    else { return nil }
    let seen = shell.reconciler.resources[resource.id]?.observation?.value?.typed(as: DatabaseObserved.self)
    if seen?.isStandby == true { return "\(resource.id): \(action) begins in a standby" }
    return [DatabaseModel.memory, DatabaseModel.commit].contains(set.setting)
      ? nil : "\(resource.id): \(action) begins, and nobody wrote that"
  }
}

/// What differs, by the codes under which a plan says it.
extension DatabaseEntry {
  fileprivate func differences(from model: DatabaseModel, _ stage: Stage) -> Set<String> {
    let surroundings = model.surroundings
    var codes = promotion(surroundings, isFollowed: isHigh && model.hasStandby(stage))
    if model.isStandby(stage) {
      let written = [DatabaseModel.memory: "\(workMegabytes * 1024)", DatabaseModel.commit: commit]
      codes.insert("is-standby")
      codes.formUnion(written.filter { DatabaseModel.defaults[$0] != $1 }.keys.map { "standby-\($0)" })
    } else if isHigh, !model.hasStandby(stage) {
      codes.insert("no-standby")
    }
    if !hasPatroni, let room, surroundings.reach < room { codes.insert("no-room") }
    return codes.union(entrances(surroundings))
  }

  private func promotion(_ surroundings: DatabaseModel.Surroundings, isFollowed: Bool) -> Set<String> {
    guard hasPatroni else { return failover == "automatic" ? ["failover-unknown"] : [] }
    var codes: Set<String> = isFollowed ? [] : ["member-\(DatabaseModel.standby)"]
    if failover == "manual" || failover == "none" {
      if !surroundings.isPaused { codes.insert("fails-over") }
      return codes
    }
    if surroundings.isPaused { codes.insert("paused") }
    if failover == "automatic", isFollowed, surroundings.neverLeads { codes.insert("no-candidate") }
    return codes
  }

  private func entrances(_ surroundings: DatabaseModel.Surroundings) -> Set<String> {
    guard !access.isEmpty else { return [] }
    var codes = Set(
      access.compactMap { name, level -> String? in
        switch surroundings.roles[name] ?? .reads {
        case .isGone: "no-role-\(name)"
        case .writes: level == "full" ? nil : "may-write-\(name)"
        case .lasts: level == "with approval" ? "lasting-\(name)" : nil
        case .reads: nil
        }
      })
    if surroundings.hasSuperuser { codes.insert("superuser-\(DatabaseModel.superuser)") }
    switch surroundings.door {
    case .closed: break
    case .trusts: codes.insert("trust-\(DatabaseModel.line)")
    case .anywhere: codes.insert("anywhere-\(DatabaseModel.line)")
    }
    return codes
  }
}
