import Calendar
import Host
import Instances
import Reconciliation
import SecretStore

struct NothingOutsideHours: Invariant {
  static let sentence =
    "Nothing outside its hours, and nothing beyond its count, runs two minutes after it should have stopped."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .inspect(let id) = moment, let isOpen = settledOpening(id, shell),
      let draft = shell.stage.inForce[id.environment]?.instances(id),
      let model = shell.stage.model(id, as: InstancesModel.self)
    else { return nil }
    let most = isOpen ? draft.count.upperBound : 0
    let running = model.processes.map(\.seen)
    if let surplus = running.first(where: { $0.index > most }) {
      return
        "\(id)#\(surplus.index) runs as \(surplus.process.pid), and \(isOpen ? "\(most) may" : "none may: it is closed")"
    }
    let twice = running.first { one in running.contains { $0.index == one.index && $0.process != one.process }
    }
    return twice.map { "\(id)#\($0.index) runs twice" }
  }
}

struct NothingMissingInHours: Invariant {
  static let sentence = "Nothing inside its hours is down two minutes after it should have started."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    guard case .inspect(let id) = moment, settledOpening(id, shell) == true,
      let draft = shell.stage.inForce[id.environment]?.instances(id), draft.count.lowerBound > 0,
      let model = shell.stage.model(id, as: InstancesModel.self)
    else { return nil }
    // What waits for a secret waits rightly.
    guard draft.secrets.allSatisfy({ shell.stage.secret($0, in: id.environment)?.current != nil }) else {
      return nil
    }
    let running = Set(model.processes.map(\.seen.index))
    return (1...draft.count.lowerBound).first { !running.contains($0) }.map {
      "\(id)#\($0) is down, and it is open"
    }
  }
}

struct VersionsReachUsers: Invariant {
  static let sentence =
    "Ten minutes after a version came into force every instance runs with it, unless the guard holds it."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, settledOpening(id, shell) == true,
      let environment = stage.inForce[id.environment], let draft = environment.instances(id),
      let model = stage.model(id, as: InstancesModel.self)
    else { return nil }
    let running = model.processes.map(\.seen).filter { $0.index <= draft.count.upperBound }
    guard running.count > 1 || environment.disruptive == "none",
      // Nothing is restarted that could not start: another of its secrets may be lost, and suspended.
      draft.secrets.allSatisfy({ stage.secret($0, in: id.environment)?.current != nil })
    else { return nil }
    for name in draft.secrets {
      guard let secret = stage.secret(name, in: id.environment), let current = secret.current,
        stage.elapsed - secret.finishedAt > .seconds(600)
      else { continue }
      for process in running
      where process.secrets.first(where: { $0.name == name })?.current != current.number {
        return "\(id)#\(process.index) runs without version \(current.number) of \(name)"
      }
    }
    return nil
  }
}

/// Whether it should be open, where that has not changed for two minutes and nothing excuses it.
private func settledOpening(_ id: ResourceID, _ shell: Shell) -> Bool? {
  let stage = shell.stage
  guard id.controller == "instances", shell.isAlive, !shell.isStalled, stage.isAnswerable(id),
    let now = stage.isOpen(id, at: stage.wall), stage.isOpen(id, at: stage.wall - .seconds(140)) == now
  else { return nil }
  return now
}
