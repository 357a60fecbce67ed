import Calendar
import Reconciliation

extension Shell {
  func begin(_ effect: Effect) {
    switch effect {
    case .record: break
    case .observe(let resource): look(at: resource)
    case .perform(let action, let resource, let intent):
      perform(action, resource, intent)
      if plant.has(.performsTwice) { perform(action, resource, intent) }
    case .answer(let number, let answer):
      guard let request = asked.removeValue(forKey: number) else { return }
      if case .refused = answer { stage.met.add(.refused) }
      tell(.answered(request, answer))
    case .reveal(let number, let resource):
      if let request = asked.removeValue(forKey: number) {
        tell(.revealed(request, resource.id))
      }
    }
  }

  // MARK: Looks

  /// How long a look may take before its resource counts as unknown.
  private static let lookLongest = Duration.seconds(30)

  private func look(at resource: AnyResource) {
    let id = resource.id
    guard let model = stage.anyModel(id) else { return }
    var dice = stage.dice("look \(id)")
    var takes = Duration.milliseconds(dice.number(1...30))
    var found = Observation.known(model.look(stage), at: stage.wall)
    var seen = stage.elapsed
    if let fog = stage.fog(id)?.fog { stage.met.add(.look(fog)) }
    switch stage.fog(id) {
    case (.unknown, _)?: found = .unknown(reason: "a simulated fault", since: stage.wall)
    case (.slow, _)?:
      takes = dice.seconds(1...40)
      if takes >= Shell.lookLongest {
        takes = Shell.lookLongest
        found = .unknown(reason: "the look did not end within 30 seconds", since: stage.wall)
      }
    case (.stale, let before?)?: found = .known(before, at: stage.wall)
    case (.stale, nil)?, nil: break
    }
    plant.look(&found, &seen, of: id, self)
    stage.queue.put(.lookEnds(life: life, resource, found, seen: seen), at: stage.elapsed + takes)
  }

  func lookEnded(_ life: Int, _ resource: AnyResource, _ found: Observation<AnyObserved>, seen: Duration) {
    guard isAlive, life == self.life else { return }
    tell(.looked(resource.id, found, seen: seen))
    inbox.append(.observed(resource.id, plant.reported(found, of: resource.id, self)))
  }

  // MARK: Actions

  private func perform(_ action: AnyAction, _ resource: AnyResource, _ intent: Int64) {
    guard let model = stage.anyModel(resource.id) else { return }
    tell(.performing(action, resource, intent: intent))
    let fault = stage.fault(resource.id)
    var dice = stage.dice("act \(resource.id)", UInt64(intent))
    var takes = model.duration(of: action, &dice)
    if fault == .late { takes += dice.seconds(20...1_200) }
    underWay[intent] = UnderWay(action: action, resource: resource, intent: intent, life: life, fault: fault)
    stage.queue.put(.actionEnds(life: life, intent: intent), at: stage.elapsed + takes)
  }

  func actionEnded(_ life: Int, _ intent: Int64) {
    guard life == self.life, let ended = underWay.removeValue(forKey: intent) else { return }
    let result = outcome(of: ended)
    if case .failure(let failure) = result {
      stage.disturb(ended.resource.id, for: Stage.backoff)
      failedInARow[ended.resource.id, default: 0] += 1
      // A step that fails for an hour is given up until a person says otherwise.
      if failure.class != .transient || failedInARow[ended.resource.id, default: 0] >= 12 {
        stage.blocked.insert(ended.resource.id)
      }
      stage.trace.note(stage.elapsed, "\(ended.resource.id): \(ended.action) fails: \(failure.cause)")
    }
    if case .success = result {
      // Where nothing came of it, the kernel counts another attempt all the same.
      failedInARow[ended.resource.id] =
        ended.fault == .lie ? failedInARow[ended.resource.id, default: 0] + 1 : 0
      if failedInARow[ended.resource.id, default: 0] >= 12 { stage.blocked.insert(ended.resource.id) }
    }
    guard isAlive else { return }
    tell(.ended(ended, result))
    if plant.has(.lostEnd), counted("ends") % 12 == 11 { return }
    inbox.append(.finished(intent: intent, of: ended.resource.id, result))
  }

  private func outcome(of ended: UnderWay) -> Result<Outcome, Failure> {
    let action = ended.action
    let outlives = stage.anyModel(ended.resource.id)?.outlives(action) == true
    // What ends with the daemon's patience is a transient failure like any other, which is drawn by itself.
    let fault = ended.fault == .timeout && !outlives ? nil : ended.fault
    if let fault { stage.met.add(.action(fault)) }
    switch fault {
    case .transient?: return .failure(.simulated(.transient, action))
    case .terminal?: return .failure(.simulated(.terminal, action))
    case .needsOperator?: return .failure(.simulated(.needsOperator, action))
    case .partial?:
      affect(ended, .half)
      return .failure(.simulated(.transient, action))
    case .lostReply?:
      affect(ended, .whole)
      return .failure(.simulated(.transient, action))
    case .lie?: return .success(Outcome(action.description, details: ["version": 0]))
    case .timeout?:
      stage.queue.put(.tooLate(ended), at: stage.elapsed + .seconds(Int64(20 + ended.intent % 600)))
      return .failure(.simulated(.transient, action))
    case .late?, nil: return affect(ended, .whole)
    }
  }

  @discardableResult
  func affect(_ underWay: UnderWay, _ portion: Portion, isLate: Bool = false) -> Result<Outcome, Failure> {
    let id = underWay.resource.id
    guard portion != .nothing, let model = stage.anyModel(id) else { return .success(Outcome("nothing")) }
    tell(.affecting(underWay.action, underWay.resource, portion))
    let result = model.act(underWay.action, underWay.resource, portion, stage)
    stage.trace.note(
      stage.elapsed, "\(id): \(portion == .half ? "half of " : "")\(underWay.action) takes effect")
    // What others did meanwhile is no part of what was expected.
    var isDone = portion == .whole && !isLate
    if case .failure = result { isDone = false }
    tell(.affected(underWay.action, underWay.resource, isWhole: isDone))
    return result
  }

  func counted(_ what: String) -> Int {
    counters[what, default: 0] += 1
    return counters[what, default: 0]
  }
}
