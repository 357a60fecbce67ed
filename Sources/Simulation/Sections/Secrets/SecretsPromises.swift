import Calendar
import Instances
import Reconciliation
import SecretStore
import Secrets

struct SecretsAreYoung: Invariant {
  static let sentence =
    "No secret is older than its period by more than a quarter of an hour in which it could have been rotated."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, "secrets"),
      let draft = stage.inForce[id.environment], let secret = draft.secret(id.name), secret.fixed == nil,
      let model = stage.model(id, as: SecretsModel.self), !model.isTampered,
      let every = try? TimeSpan(secret.every)
    else { return nil }
    guard !isHeld(id, draft, secret, model, shell) else { return nil }
    guard let current = model.current else { return "\(id) has no version at all" }
    let due = every.added(to: current.created, in: stage.zone(of: id.environment))
    guard due < stage.wall - .seconds(900) else { return nil }
    return "\(id): version \(current.number) was due at \(due), and it is \(stage.wall)"
  }

  /// What keeps it rightly: the guard, an env file that cannot be written, former versions that are still in use.
  private func isHeld(
    _ id: ResourceID, _ draft: Draft, _ secret: SecretEntry, _ model: SecretsModel, _ shell: Shell
  ) -> Bool {
    let stage = shell.stage
    let former = model.versions.count { $0.phase == .previous }
    // The account whose turn it is may still be the former version's.
    if former >= 4 || former >= 1 && secret.account?.turn == .takesTurns { return true }
    if secret.file != nil, model.file.state == .foreign { return true }
    guard secret.hasRotate || secret.account != nil, secret.overlap == "0s" else { return false }
    switch draft.disruptive {
    case "none": return false
    case "window":
      guard let hours = stage.hours([draft.changeWindow]) else { return true }
      let zone = stage.zone(of: id.environment)
      return ![0, 300, 600, 900].allSatisfy { hours.isOpen(at: stage.wall - .seconds($0), in: zone) }
    default: return true
    }
  }
}

struct CredentialWorks: Invariant {
  static let sentence =
    "A working credential always exists: the store holds a value that the other end takes, and with an overlap the one in force is."
  static let moments: Set<Moment.Kind> = [.affected]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .affected(_, let resource, _) = moment,
      let model = shell.stage.model(resource.id, as: SecretsModel.self), model.otherEnd.accepted != nil,
      !model.isTampered
    else { return nil }
    guard model.versions.contains(where: { model.works($0.number) }) else {
      return "\(resource.id): the other end takes none of the values that are kept"
    }
    guard model.otherEnd.isGentle, let current = model.current else { return nil }
    return model.works(current.number)
      ? nil : "\(resource.id): the other end no longer takes version \(current.number), which is in force"
  }
}

struct OneRotation: Invariant {
  static let sentence = "There are never two rotations of one secret at once."
  static let moments: Set<Moment.Kind> = [.affected]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .affected(_, let resource, _) = moment,
      let model = shell.stage.model(resource.id, as: SecretsModel.self), !model.isTampered
    else { return nil }
    return model.underWay.count <= 1
      ? nil : "\(resource.id): \(model.underWay.count) versions are on their way"
  }
}

struct OverlapHolds: Invariant {
  static let sentence =
    "A former version stays until its overlap is over, its env file let go of it and nothing runs with it."
  static let moments: Set<Moment.Kind> = [.affecting]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .affecting(let action, let resource, _) = moment, action.verb == "retire",
      let act = action.typed(as: SecretAction.self),
      let model = stage.model(resource.id, as: SecretsModel.self),
      let version = model.versions.first(where: { $0.number == act.version }), version.phase == .previous
    else { return nil }
    if let until = version.overlapUntil, until > stage.wall, stage.lastJump < stage.elapsed - .seconds(60) {
      return "\(resource.id): version \(act.version) goes, and was to work until \(until)"
    }
    guard stage.isAnswerable(resource.id) else { return nil }
    if let value = model.value(act.version),
      stage.inForce[resource.id.environment]?.secret(resource.id.name)?.file != nil,
      model.file.state == .holds,
      model.file.values.map({ $0.current == value || $0.previous == value }) ?? false
    {
      return "\(resource.id): version \(act.version) goes, and its env file holds it"
    }
    for id in stage.ids where id.environment == resource.id.environment {
      let users = stage.model(id, as: InstancesModel.self)?.processes.map(\.seen) ?? []
      for user in users
      where user.secrets.contains(where: { $0.name == resource.id.name && $0.current == act.version }) {
        return "\(resource.id): version \(act.version) goes, and \(id)#\(user.index) runs with it"
      }
    }
    return nil
  }
}

struct RotatedForAReason: Invariant {
  static let sentence = "A secret is rotated only when it is due, asked for, lost or written anew."
  static let moments: Set<Moment.Kind> = [.affecting]
  private var demanded: [ResourceID: Int64] = [:]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    switch moment {
    case .affecting(let action, let resource, _):
      guard action.verb == "prepare", let model = stage.model(resource.id, as: SecretsModel.self),
        let current = model.current, !model.isTampered, stage.isAnswerable(resource.id),
        let secret = stage.inForce[resource.id.environment]?.secret(resource.id.name), secret.fixed == nil,
        let every = try? TimeSpan(secret.every)
      else { return nil }
      let due = every.added(to: current.created, in: stage.zone(of: resource.id.environment))
      let asked = stage.orders.demands[resource.id]?["rotate"] ?? 0
      defer { demanded[resource.id] = asked }
      guard due > stage.wall, asked == demanded[resource.id] ?? 0 else { return nil }
      return "\(resource.id): a new version is made, and version \(current.number) is due at \(due)"
    default: return nil
    }
  }
}

struct EnvFileIsRight: Invariant {
  static let sentence =
    "An env file holds the version in force, and the one before for as long as it overlaps."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, "secrets"),
      stage.inForce[id.environment]?.secret(id.name)?.file != nil,
      let model = stage.model(id, as: SecretsModel.self), !model.isTampered, let current = model.current,
      model.file.state != .foreign, stage.elapsed - model.finishedAt > .seconds(300)
    else { return nil }
    let seen = model.seenFile(stage)
    guard seen.state == .holds, seen.current == current.number else {
      return
        "\(id): the env file is \(seen.state.rawValue) \(seen.current ?? 0), and version \(current.number) is in force"
    }
    let former = model.versions.last { $0.phase == .previous }
    // Around the end of an overlap both are right for a moment.
    if let until = former?.overlapUntil, abs(until.distance(to: stage.wall).components.seconds) < 300 {
      return nil
    }
    let overlapping = former.flatMap { version in
      version.overlapUntil.map { $0 > stage.wall } == true ? version.number : nil
    }
    return seen.previous == overlapping
      ? nil
      : "\(id): the env file holds \(seen.previous ?? 0) as the one before, and \(overlapping ?? 0) overlaps"
  }
}

struct AccountTakesCurrent: Invariant {
  static let sentence =
    "The server of an account takes the version in force, whatever was done there by hand or from a copy, unless the guard holds it."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, "secrets"),
      let draft = stage.inForce[id.environment], let account = draft.secret(id.name)?.account,
      let model = stage.model(id, as: SecretsModel.self), let current = model.current,
      account.turn != .pauses || draft.disruptive == "none" && !model.isPausing,
      model.file.state != .foreign, model.versions.count(where: { $0.phase == .previous }) < 4
    else { return nil }
    return model.works(current.number)
      ? nil : "\(id): \(account.server) refuses version \(current.number), which is in force"
  }
}

struct FormerWorks: Invariant {
  static let sentence =
    "Where accounts take turns, or take several passwords, the version before works until its overlap is over."
  static let moments: Set<Moment.Kind> = [.affected]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .affected(_, let resource, _) = moment,
      let secret = stage.inForce[resource.id.environment]?.secret(resource.id.name),
      let account = secret.account, account.turn != .pauses,
      let model = stage.model(resource.id, as: SecretsModel.self), model.otherEnd.foreign.isEmpty
    else { return nil }
    let dead = model.versions.first { version in
      version.phase == .previous && version.overlapUntil.map { $0 > stage.wall } == true
        && !model.works(version.number)
        && model.value(version.number).map(model.otherEnd.hasForgotten) != true
    }
    return dead.map { "\(resource.id): \(account.server) refuses version \($0.number), which overlaps" }
  }
}

struct RetiredIsRefused: Invariant {
  static let sentence = "The server of an account takes no value that was retired."
  static let moments: Set<Moment.Kind> = [.affected]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .affected(let action, let resource, _) = moment, action.verb == "retire",
      let model = shell.stage.model(resource.id, as: SecretsModel.self),
      shell.stage.inForce[resource.id.environment]?.secret(resource.id.name)?.account != nil
    else { return nil }
    let known = model.otherEnd.foreign.union(model.versions.compactMap { model.value($0.number) })
    let left = Set((model.otherEnd.accepted ?? [:]).values.joined()).subtracting(known)
    return left.isEmpty ? nil : "\(resource.id): its server takes \(left.count) values that nobody keeps"
  }
}

struct FormerIsDestroyed: Invariant {
  static let sentence = "What a vault still has of documents that were replaced is destroyed."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .inspect(let id) = moment, shell.isAnswerable(id, "secrets"),
      let model = shell.stage.model(id, as: SecretsModel.self), model.store.isSuperseded, !model.isCutOff
    else { return nil }
    return "\(id): what was replaced in its store can still be had"
  }
}

struct NeededIsKept: Invariant {
  static let sentence =
    "Only former and pending versions are destroyed, and what a `rotate` that was cut off left not before it is done again."
  static let moments: Set<Moment.Kind> = [.performing]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .performing(let action, let resource, _) = moment,
      let act = action.typed(as: SecretAction.self),
      let seen = shell.reconciler.resources[resource.id]?.observation?.value?.typed(as: SecretObserved.self)
    else { return nil }
    let phase = seen.versions.first { $0.number == act.version }?.phase
    switch act.step {
    case .retire where phase != .previous, .abandon where phase != .pending:
      return "\(resource.id): \(action) begins, and it is \(phase?.rawValue ?? "not there")"
    case .tidy where seen.leftover && seen.versions.contains(where: { $0.phase == .pending }):
      let draft = shell.stage.inForce[resource.id.environment]
      return draft?.secret(resource.id.name)?.hasRotate == true
        ? "\(resource.id): \(action) begins, and a `rotate` that was cut off is not done" : nil
    default: return nil
    }
  }
}

extension Shell {
  /// Whether `id` is of that section, the daemon works, and nothing excuses the resource.
  func isAnswerable(_ id: ResourceID, _ controller: String) -> Bool {
    id.controller == controller && isAlive && !isStalled && stage.isAnswerable(id)
      && stage.inForce[id.environment] != nil
  }
}
