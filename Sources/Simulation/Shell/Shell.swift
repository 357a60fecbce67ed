import Calendar
import Reconciliation

/// The daemon around the reducer, as it is but for the actor: what a turn records is durable before anything of it
/// begins, looks and actions end later and are fed back, a full disk stops effects.
///
/// What a plant changes, it changes here at the boundary or in the controllers that are handed in: the reducer itself
/// has no switch.
final class Shell {
  /// An action whose end has not been heard.
  struct UnderWay {
    let action: AnyAction
    let resource: AnyResource
    let intent: Int64
    let life: Int
    let fault: Trouble.Fault?
  }

  let stage: Stage
  let plant: Plant
  let kinds: [ControllerKind]
  var referee: Referee
  var reconciler: Reconciler
  /// What survives a crash, as it is read back from the log's bytes: the fold of all durable events.
  private(set) var remembered = Memory()
  /// The durable events.
  private(set) var log: [Event] = []
  private(set) var life = 0
  private(set) var isAlive = false
  private var startedAt = Duration.zero
  var inbox: [Input] = []
  var underWay: [Int64: UnderWay] = [:]
  /// What waits for room on the disk.
  private var stalled: (events: [Event], rest: [Effect])?
  var isDiskFull = false
  /// How many effects may still be carried out before the daemon is killed; nil: it is not.
  var effectsUntilKill: Int?
  var downFor = Duration.zero
  /// How often it is killed again soon after its start.
  var killsToCome = 0
  var folder: Folder
  /// Requests whose answer has not come.
  var asked: [UInt64: Request] = [:]
  private var lastNumber: UInt64 = 0
  private(set) var turns = 0
  /// For plants that do something to every nth of its kind.
  var counters: [String: Int] = [:]
  var cache: [ResourceID: (found: Observation<AnyObserved>, at: Duration)] = [:]
  var lastWall: Instant?
  /// How often the last actions on a resource failed without a success in between.
  var failedInARow: [ResourceID: Int] = [:]

  init(_ stage: Stage, _ plant: Plant, _ referee: Referee) {
    self.stage = stage
    self.plant = plant
    self.referee = referee
    kinds = plant.kinds
    reconciler = Reconciler(kinds: plant.kinds)
    folder = Folder(kinds: plant.kinds, zones: stage.zones)
  }

  var isStalled: Bool { stalled != nil }

  /// When the daemon's timer ends, by the clock that nobody sets.
  var nextTurn: Duration? {
    guard isAlive, !isStalled else { return nil }
    if !inbox.isEmpty { return stage.elapsed }
    guard let wake = reconciler.nextWake, !plant.has(.droppedWake) else {
      // Its timer is lost; the loop turns by whatever else arrives.
      return nil
    }
    return stage.moment(of: wake)
  }

  // MARK: Its life

  func start() {
    life += 1
    startedAt = stage.elapsed
    isAlive = true
    stalled = nil
    effectsUntilKill = nil
    if killsToCome > 0 {
      killsToCome -= 1
      var dice = stage.dice("killed again")
      effectsUntilKill = dice.below(8)
    }
    inbox = []
    for id in stage.ids { stage.disturb(id) }
    let memory = plant.memory(remembered, log)
    reconciler = Reconciler(kinds: kinds, memory: memory, limits: plant.limits(stage.script.lookEvery))
    for id in stage.ids { stage.anyModel(id)?.daemonStarted(stage) }
    tell(.started(memory))
    take([.started(version: "simulated")])
    guard isAlive else { return }
    inbox += folder.start(stage, remembering: reconciler.memory)
  }

  /// Ends without a word. What was under way may have come to any point.
  func die(down: Duration) {
    guard isAlive else { return }
    if !underWay.isEmpty { stage.met.add(.killedUnderWay) }
    if isStalled { stage.met.add(.killedOnFullDisk) }
    if stage.elapsed - startedAt < .seconds(60) { stage.met.add(.killedInRecovery) }
    isAlive = false
    stalled = nil
    inbox = []
    asked = [:]
    stage.trace.note(stage.elapsed, "the daemon dies")
    for intent in underWay.keys.sorted() {
      guard let lost = underWay.removeValue(forKey: intent) else { continue }
      var dice = stage.dice("cut off", UInt64(intent))
      let portion: Portion = [.nothing, .half, .whole][dice.below(3)]
      stage.met.add(.cutOff(portion))
      affect(lost, portion)
    }
    stage.disturbAll(for: down + Stage.backoff)
    stage.queue.put(.start, at: stage.elapsed + down)
    tell(.died)
  }

  // MARK: A turn

  /// Takes in what has arrived, or that time has passed.
  func turn() {
    guard isAlive, !isStalled else { return }
    let items = inbox.isEmpty ? [.woke] : inbox
    inbox = []
    take(items)
  }

  private func take(_ items: [Input]) {
    turns += 1
    let now = plant.now(stage.wall, after: lastWall)
    lastWall = now
    var events: [Event] = []
    var rest: [Effect] = []
    for input in items {
      hear(input)
      for effect in reconciler.step(plant.input(input, self), now: now) {
        if case .record(let recorded) = effect {
          events += plant.recorded(recorded)
        } else {
          rest.append(effect)
        }
      }
    }
    for event in events {
      let scope = event.scope.map { " \($0)" } ?? ""
      stage.trace.note(stage.elapsed, "#\(event.sequence)\(scope) \(event.kind.rawValue): \(event.message)")
    }
    carryOut(events, rest)
    tell(.turned)
  }

  private func hear(_ input: Input) {
    switch input {
    case .adopted(let adopted):
      let name = adopted.header.name
      stage.force(stage.meanings[adopted.digest], as: name)
      tell(.read(name, digest: adopted.digest, mistakes: nil))
    case .refused(let name, _, let mistakes, let digest):
      tell(.read(name, digest: digest, mistakes: mistakes.map { "\($0)" }))
    case .released(let name):
      stage.force(nil, as: name)
      tell(.released(name))
    default: break
    }
  }

  private func carryOut(_ events: [Event], _ rest: [Effect]) {
    let (early, late) = plant.split(rest)
    for effect in early { begin(effect) }
    guard dieIfDue(.killedBeforeRecord) else { return }
    guard record(events) else {
      stage.met.add(.fullDisk)
      if plant.has(.effectsOnFullDisk) {
        for effect in late { begin(effect) }
      } else {
        stalled = (events, late)
      }
      return
    }
    for effect in late {
      guard dieIfDue(.killedBetweenEffects) else { return }
      begin(effect)
    }
    // The last one was begun, and nothing else.
    if !late.isEmpty { _ = dieIfDue(.killedBetweenEffects) }
  }

  /// Counts down to the kill; false once it has happened.
  private func dieIfDue(_ point: Occurrence) -> Bool {
    guard isAlive else { return false }
    guard let left = effectsUntilKill else { return true }
    effectsUntilKill = left - 1
    guard left <= 0 else { return true }
    stage.met.add(point)
    die(down: downFor)
    return false
  }

  private func record(_ events: [Event]) -> Bool {
    guard !events.isEmpty else { return true }
    if isDiskFull { return false }
    for event in plant.durable(events, self) {
      let read = event.readBack
      log.append(read)
      remembered.apply(read)
      obey(read)
    }
    tell(.recorded(events))
    return true
  }

  /// What people ordered counts from when it is durable.
  private func obey(_ event: Event) {
    stage.orders.take(event)
    switch event.kind {
    case .opened, .closed, .ended, .suspended, .resumed, .requested, .approved: break
    default: return
    }
    guard let scope = event.scope else { return }
    for id in stage.ids where scope.contains(id) {
      stage.disturb(id, for: .seconds(180))
      if event.body["verb"].text == "reconcile" { stage.blocked.remove(id) }
    }
  }

  /// The disk has room again: what waited is recorded and goes on.
  func roomAgain() {
    isDiskFull = false
    stage.lastJump = stage.elapsed
    guard isAlive, let (events, rest) = stalled else { return }
    stalled = nil
    carryOut(events, rest)
  }

  /// Why requests are refused at once.
  func submit(_ request: Request) {
    guard isAlive else { return }
    tell(.asked(request))
    lastNumber += 1
    if isStalled {
      tell(.answered(request, .refused(.unavailable, message: "the event log cannot be written")))
      return
    }
    asked[lastNumber] = request
    inbox.append(.requested(plant.request(request), number: lastNumber))
  }

  func tell(_ moment: Moment) { referee.see(moment, self) }
}

extension Event {
  /// The event as the log gives it back: what it holds was bytes.
  var readBack: Event {
    Event(
      sequence: sequence, at: Instant(microseconds: at.microseconds), scope: scope.flatMap { Scope("\($0)") },
      kind: EventKind(rawValue: kind.rawValue) ?? kind, severity: severity, actor: actor, cause: cause,
      message: message, body: (try? JSON(parsing: body.bytes)) ?? .null)
  }
}
