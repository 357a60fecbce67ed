import Calendar
import Instances
import Logs
import Reconciliation
import SecretStore
import Secrets

struct WaitsAreTrue: Invariant {
  static let sentence = "Every waiting resource has a cause, and the cause is true."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAlive, !shell.isStalled,
      let kept = shell.reconciler.resources[id], let plan = kept.plan, kept.underWay == nil,
      // A machine that has just woken has not thought yet.
      stage.elapsed - stage.lastJump > .seconds(60)
    else { return nil }
    if kept.state == .waiting, kept.held.isEmpty, plan.waitingOn.isEmpty {
      return "\(id) waits, and nothing says for what"
    }
    for hold in kept.held {
      if let lie = lie(hold, id, shell) {
        return "\(id): \(hold.action) is held because \(hold.wait.reason); \(lie)"
      }
    }
    guard stage.isAnswerable(id) else { return nil }
    for wait in plan.waitingOn {
      if let until = wait.until, until < stage.wall - .seconds(60) {
        return "\(id) waits for \(wait.reason) until \(until), which is over"
      }
      if wait.reason.hasPrefix("the secret "),
        let name = wait.reason.split(separator: " ").dropFirst(2).first,
        let secret = stage.secret(String(name), in: id.environment), secret.current != nil,
        stage.elapsed - secret.finishedAt > .seconds(300)
      {
        return "\(id) waits: \(wait.reason); it has version \(secret.current?.number ?? 0)"
      }
    }
    return nil
  }

  private func lie(_ hold: Hold, _ id: ResourceID, _ shell: Shell) -> String? {
    let stage = shell.stage
    let reason = hold.wait.reason
    if let until = hold.wait.until, until < stage.wall - .seconds(60),
      stage.elapsed - stage.lastJump > .seconds(60)
    {
      return "that was over at \(until)"
    }
    if reason.hasPrefix("suspended") {
      return stage.orders.isSuspended(id, at: stage.wall - .seconds(1)) ? nil : "nobody suspended it"
    }
    if reason.hasPrefix("attempt ") || reason.hasPrefix("it failed") {
      return shell.reconciler.memory.resources[id]?.attempts.isEmpty == false ? nil : "nothing was attempted"
    }
    guard let draft = stage.inForce[id.environment] else { return nil }
    if reason.contains("change window"), let hours = stage.hours([draft.changeWindow]) {
      let zone = stage.zone(of: id.environment)
      return hours.isOpen(at: stage.wall, in: zone) && hours.isOpen(at: stage.wall - .seconds(120), in: zone)
        && stage.isAnswerable(id) ? "the window is open" : nil
    }
    if reason.contains("approval") {
      return draft.requirement(for: hold.action.risk).contains("release-engineer")
        ? nil : "the file asks for no approval"
    }
    return nil
  }
}

struct WakesMissNothing: Invariant {
  static let sentence =
    "Between a plan and its next wake, time alone changes neither its actions nor its findings."
  static let moments: Set<Moment.Kind> = [.inspect]
  private var asked = 0

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAlive, !shell.isStalled,
      let kept = shell.reconciler.resources[id], let plan = kept.plan, let wake = kept.wakeAt,
      kept.underWay == nil, wake > stage.wall, stage.isAnswerable(id)
    else { return nil }
    asked += 1
    guard asked % 4 == 0 else { return nil }
    let left = stage.wall.distance(to: wake)
    // Soon, somewhere in between, and just before.
    for part in [1, 60 + asked % 890, 999] {
      let at = stage.wall + .microseconds(left.microseconds / 1_000 * Int64(part))
      guard let then = shell.reconciler.plan(of: id, at: at) else { continue }
      if then.actions != plan.actions {
        return
          "\(id): at \(at) it would \(then.actions.map(\.description)), now \(plan.actions.map(\.description)), and wakes at \(wake)"
      }
      if then.findings.map(\.code) != plan.findings.map(\.code) {
        return "\(id): at \(at) it would find \(then.findings.map(\.code)), and wakes at \(wake)"
      }
    }
    return nil
  }
}

struct ExpectationsHold: Invariant {
  static let sentence = "After an action that took place a look finds what `expect` says of it."
  static let moments: Set<Moment.Kind> = [.affecting, .affected]
  private var before: (id: ResourceID, observed: AnyObserved)?

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    switch moment {
    case .affecting(_, let resource, _):
      before = shell.stage.anyModel(resource.id).map { (resource.id, $0.look(shell.stage)) }
      return nil
    case .affected(let action, let resource, isWhole: true):
      guard let before, before.id == resource.id,
        let kind = shell.kinds.first(where: { $0.name == resource.id.controller }),
        let model = shell.stage.anyModel(resource.id)
      else { return nil }
      if model.isUnforeseeable { return nil }
      let expected = kind.expect(action, of: resource, after: before.observed, at: shell.stage.wall)
      let section = Sections.of(resource.id)
      let should = section?.gist(of: expected) ?? []
      let does = section?.gist(of: model.look(shell.stage)) ?? []
      return should == does ? nil : "\(resource.id): after \(action) there is \(does), expected is \(should)"
    default: return nil
    }
  }
}
