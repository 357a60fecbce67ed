import Calendar
import Reconciliation

/// One run of a script: the real reducer and the real controllers' pure halves over the simulated world, judged at every
/// step.
public struct Run {
  private let stage: Stage
  private let shell: Shell
  private let referee = Referee()

  /// Runs `script` to its end, or to the first violation.
  public static func of(_ script: Script, plant: Plant = .none) -> Judgement {
    let run = Run(script, plant)
    run.go(turnsIfViolated: 0)
    return run.judgement
  }

  /// Runs `script` to its end, whatever is violated; returns where each invariant first was, in the order of time.
  ///
  /// A fault can keep the daemon busy for good: where something was violated, the run is over when the loop has turned twice
  /// as often as without a fault.
  public static func violations(in script: Script, plant: Plant) -> [Violation] {
    let run = Run(script, plant)
    run.go(turnsIfViolated: Int(script.length / .seconds(86_400)) * 400)
    return run.referee.violations
  }

  private init(_ script: Script, _ plant: Plant) {
    stage = Stage(script, plant)
    shell = Shell(stage, plant, referee)
  }

  private var end: Duration { stage.script.length }

  private var judgement: Judgement {
    Judgement(
      seed: stage.script.seed, length: stage.elapsed, fingerprint: stage.trace.fingerprint.value,
      violation: referee.violations.first, turns: shell.turns,
      incidents: stage.script.incidents.count { $0.at <= stage.elapsed }, met: stage.met.counts,
      log: shell.log,
      lastLines: stage.trace.last)
  }

  private func begin() {
    for incident in stage.script.incidents { stage.queue.put(.incident(incident), at: incident.at) }
    stage.queue.put(.calm, at: stage.script.calmFrom)
    stage.queue.put(.still, at: stage.script.stillFrom)
    stage.queue.put(.patrol, at: .seconds(3_600))
    for id in stage.ids {
      stage.anyModel(id)?.begin(stage)
      stage.queue.put(.inspect(id), at: .seconds(600))
    }
    shell.start()
  }

  /// Until nothing more is to come, or something was violated and the loop has turned so often.
  private func go(turnsIfViolated turnsMax: Int) {
    begin()
    var isOver: Bool { !referee.violations.isEmpty && shell.turns >= turnsMax }
    while !isOver {
      let next = [stage.queue.next, shell.nextTurn].compactMap(\.self).min() ?? end
      guard next <= end else { break }
      stage.advance(to: next)
      while let item = stage.queue.take(until: stage.elapsed) { happen(item) }
      if let turn = shell.nextTurn, turn <= stage.elapsed { shell.turn() }
    }
    guard !isOver else { return }
    stage.advance(to: end)
    shell.tell(.closed)
  }

  private func happen(_ item: Queue.Item) {
    switch item {
    case .incident(let incident): strike(incident)
    case .news(let id, let news):
      stage.anyModel(id)?.happen(news, stage)
      notice(id)
    case .lookEnds(let life, let resource, let found, let seen):
      shell.lookEnded(life, resource, found, seen: seen)
    case .actionEnds(let life, let intent): shell.actionEnded(life, intent)
    case .tooLate(let action):
      shell.affect(action, .whole, isLate: true)
      stage.disturb(action.resource.id, for: Stage.backoff)
      notice(action.resource.id)
    case .readFiles: if shell.isAlive { shell.inbox += shell.folder.read(stage) }
    case .restWritten(let name): restore(name)
    case .kill: shell.die(down: .seconds(5))
    case .start: if !shell.isAlive { shell.start() }
    case .diskHasRoom: shell.roomAgain()
    case .patrol:
      shell.patrol()
      stage.queue.put(.patrol, at: stage.elapsed + (stage.isCalm ? .seconds(3_600) : .seconds(5 * 3_600)))
    case .calm: beginCalm()
    case .still:
      for id in stage.ids { shell.inbox.append(.noticed(id)) }
    case .inspect(let id):
      shell.tell(.inspect(id))
      stage.queue.put(.inspect(id), at: nextInspection(of: id))
    }
  }

  /// Soon after the hours change, and every few hours.
  private func nextInspection(of id: ResourceID) -> Duration {
    let later = stage.elapsed + .seconds(6 * 3_600)
    guard let hours = stage.hours(id) else { return later }
    let boundary = hours.nextChange(after: stage.wall, in: stage.zone(of: id.environment))
    guard let boundary else { return later }
    return min(later, stage.moment(of: boundary) + .seconds(150))
  }

  /// A change is announced as a child's end or a file's is, mostly.
  private func notice(_ id: ResourceID) {
    var dice = stage.dice("notice \(id)")
    guard shell.isAlive, dice.percent(85) else { return }
    shell.inbox.append(.noticed(id))
  }

  private func beginCalm() {
    stage.endFaults()
    stage.setClockRight()
    stage.disturbAll(for: Stage.backoff)
    for draft in stage.drafts.values.sorted(by: { $0.name < $1.name }) { stage.write(draft) }
    shell.effectsUntilKill = nil
    shell.killsToCome = 0
    shell.roomAgain()
    if shell.isAlive {
      shell.inbox += shell.folder.read(stage) + [.woke]
    } else {
      shell.start()
    }
    stage.trace.note(stage.elapsed, "the calm begins")
  }
}

extension Run {
  private func strike(_ incident: Incident) {
    stage.trace.note(stage.elapsed, "incident \(incident.index): \(incident.trouble)")
    let stage = stage
    switch incident.trouble {
    case .edit(let name):
      guard let draft = stage.drafts[name] else { return }
      stage.met.add(.edit)
      var dice = Dice(stage.script.seed, "edit", UInt64(incident.index))
      edited(name) { stage.write(draft.edited(&dice)) }
    case .breakFile(let name, let breakage):
      stage.met.add(.broken(breakage))
      var dice = Dice(stage.script.seed, "break", UInt64(incident.index))
      edited(name) { stage.put(stage.drafts[name].map { breakage.text(of: $0, &dice) }, as: name) }
    case .halfWrite(let name, let pause):
      var dice = Dice(stage.script.seed, "half", UInt64(incident.index))
      guard let (text, meaning) = stage.drafts[name]?.halfWritten(&dice) else { return }
      stage.met.add(meaning == nil ? .halfWrittenMistake : .halfWrittenMeaning)
      edited(name) { stage.put(text, meaning: meaning, as: name) }
      stage.queue.put(.restWritten(name), at: stage.elapsed + pause)
    case .contradict(let name):
      stage.met.add(.contradiction)
      var dice = Dice(stage.script.seed, "contradict", UInt64(incident.index))
      edited(name) { stage.put(stage.drafts[name]?.contradictoryText(&dice), as: name) }
    case .removeFile(let name):
      if stage.files[name] != nil { stage.met.add(.removedFile) }
      edited(name) { stage.put(nil, as: name) }
    case .restoreFile(let name): restore(name)
    case .ask(let wish, let id, let wide, let person): shell.ask(wish, of: id, wide: wide, by: person)
    case .stepClock(let by):
      stage.met.add(
        by <= .seconds(-86_400) || by >= .seconds(86_400)
          ? .clockByADay : by > .zero ? .clockForward : by > .seconds(-1) ? .clockBackByMoments : .clockBack)
      stage.step(by: by)
      stage.lastJump = stage.elapsed
      stage.disturbAll(for: .seconds(60))
      // The timer on the wall clock ends when somebody sets it.
      if shell.isAlive { shell.inbox.append(.woke) }
    case .drift(let perMillion):
      stage.met.add(.drift)
      stage.driftPerMillion = perMillion
    case .suspendMachine(let time):
      stage.met.add(.suspended)
      stage.advance(to: stage.elapsed + time)
      stage.lastJump = stage.elapsed
      stage.disturbAll(for: .seconds(60))
    case .kill(let after, let down, let again):
      shell.downFor = down
      shell.killsToCome = again
      if shell.isAlive { shell.effectsUntilKill = after }
    case .reboot(let down):
      for id in stage.ids { stage.anyModel(id)?.machineStops(stage) }
      stage.boot += 1
      stage.met.add(.reboot)
      shell.die(down: down)
    case .fillDisk(let time, let dies):
      shell.isDiskFull = true
      stage.disturbAll(for: time + Stage.backoff)
      stage.queue.put(.diskHasRoom, at: stage.elapsed + time)
      if dies { stage.queue.put(.kill, at: stage.elapsed + time / 2) }
    case .looks(let fog, let id, let time): stage.add(fog, id, for: time)
    case .acts(let fault, let id, let time): stage.add(fault, id, for: time)
    case .befalls(let id, let misfortune):
      var dice = Dice(stage.script.seed, "misfortune", UInt64(incident.index))
      stage.met.add(.misfortune(misfortune.description))
      misfortune.strike(id, &dice, stage)
      stage.lastBefallen[id] = stage.elapsed
      notice(id)
    }
  }

  /// The file says again what its operator means.
  private func restore(_ name: String) {
    if !stage.isAsMeant(name) { stage.met.add(.restoredFile) }
    edited(name) { stage.put(stage.drafts[name]?.text, as: name) }
  }

  /// Changes a file; the daemon notices at once, or at its next rescan.
  private func edited(_ name: String, _ change: () -> Void) {
    change()
    stage.disturb(environment: name, for: .seconds(180))
    var dice = stage.dice("inotify")
    stage.queue.put(
      .readFiles, at: stage.elapsed + (dice.percent(70) ? .milliseconds(5) : dice.seconds(1...60)))
  }
}
