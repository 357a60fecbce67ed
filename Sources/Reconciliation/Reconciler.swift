public import Calendar
import HeapModule

/// The core of the daemon: a value that is told what happened and says what to do about it.
///
/// `step` does no I/O, starts no task, reads no clock and draws no random number. The daemon performs the effects and
/// feeds back what came of them; so do the forecast and the simulation, with a world made of
/// ``Controller/expect(_:of:after:at:)``.
///
/// The rules, each enforced here once for all controllers:
/// 1. An action's intent is recorded before its effect begins.
/// 2. One action at a time on a resource; at most ``Limits/actionsPerEnvironment`` in an environment.
/// 3. An action begins only on a fresh look; the look after it decides whether it took.
/// 4. What the environment's `guard` asks for (window, approvals) stands before the action, and so does back-off.
/// 5. What is suspended is watched and planned, and not touched.
/// 6. Whatever people ask for becomes an event and an input of the next plan.
/// 7. What is recorded keeps to the log's limits, whatever was said from outside.
public struct Reconciler: Sendable {
  /// What the log remembers.
  public internal(set) var memory: Memory
  /// The environments by name, released and refused ones included.
  public internal(set) var environments: [String: EnvironmentState] = [:]
  /// The kept resources.
  public internal(set) var resources: [ResourceID: Kept] = [:]
  /// The bounds within which it acts.
  public var limits: Limits

  /// The controllers' names, in the order in which they were given: that of the status table.
  public let controllers: [String]

  let kinds: [String: ControllerKind]
  /// Each environment's resources, so that an edit costs in proportion to its environment.
  var members: [String: Set<ResourceID>] = [:]
  /// Actions under way on what is no longer written: should it be written again before they end, they are still its own.
  var lingering: [ResourceID: Begun] = [:]
  var wakes = Heap<Wake>()
  /// The latest `now` it was told; a later step with an earlier one means that the clock went back.
  var latest: Instant?
  /// Whose refusals are recorded, and how many were not.
  var refusals = Refusals()

  /// A reducer that knows these controllers and remembers what the log says.
  public init(kinds: [ControllerKind], memory: Memory = Memory(), limits: Limits = Limits()) {
    controllers = kinds.map(\.name)
    self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.memory = memory
    self.limits = limits
  }

  /// When something must be looked at next, if nothing happens before.
  public var nextWake: Instant? { [wakes.min?.at, refusals.dueAt].compactMap(\.self).min() }

  /// Takes one input in, at this moment, and says what is to be done.
  ///
  /// The effects stand in order: a `record` is to be durable before anything behind it begins.
  public mutating func step(_ input: Input, now: Instant) -> [Effect] {
    var turn = Turn(now: now)
    noticeClock(in: &turn)
    switch input {
    case .started(let version): start(version, in: &turn)
    case .stopping(let reason):
      record(.stopping, "stewardd stops: \(reason)", in: &turn)
    case .adopted(let environment): adopt(environment, in: &turn)
    case .refused(let name, let file, let mistakes, let digest):
      refuse(name, file: file, mistakes: mistakes, digest: digest, in: &turn)
    case .released(let name): release(name, in: &turn)
    case .observed(let id, let observation): receive(observation, of: id, in: &turn)
    case .noticed(let id): look(at: id, in: &turn)
    case .finished(let intent, let id, let result): finish(intent, of: id, with: result, in: &turn)
    case .requested(let request, let number): take(request, number: number, in: &turn)
    case .turnedAway(let caller, let what): turnAway(caller, from: what, in: &turn)
    case .woke: break
    }
    tellRefusals(in: &turn)
    wakeDue(in: &turn)
    settleFacts(in: &turn)
    return turn.effects
  }
}

/// What one step collects.
struct Turn {
  let now: Instant
  /// The events of this step: one transaction.
  var events: [Event] = []
  /// What is to begin once they are durable.
  var after: [Effect] = []
  /// The facts that changed, by environment; nil where everybody must hear them all.
  var unsettled: [String: [Fact]?] = [:]
  /// The event behind the newest of these changes, by environment.
  var spoke: [String: Int64] = [:]

  init(now: Instant) { self.now = now }

  var effects: [Effect] { (events.isEmpty ? [] : [.record(events)]) + after }
}

/// A resource that wants to be looked at. Entries are never removed early: one that comes before the resource's
/// `wakeAt` is put off until then when its time comes.
struct Wake: Comparable, Sendable {
  let at: Instant
  let id: ResourceID

  static func < (left: Wake, right: Wake) -> Bool { (left.at, left.id) < (right.at, right.id) }
}

extension Reconciler {
  /// Records one event in memory and in this turn's transaction, and returns its sequence. Nothing else makes events.
  @discardableResult
  mutating func record(
    _ kind: EventKind, _ message: String, of scope: Scope? = nil, severity: Severity = .info,
    by actor: String = "steward", cause: Int64? = nil, body: JSON = .object([:]), in turn: inout Turn
  ) -> Int64 {
    let event = Event(
      sequence: memory.lastSequence + 1, at: turn.now, scope: scope, kind: kind, severity: severity,
      actor: actor, cause: cause, message: message, body: body
    ).withinLimits
    memory.apply(event)
    turn.events.append(event)
    return event.sequence
  }

  /// What an action announced and the log does not end is in doubt after a start: it is marked as interrupted, and the
  /// look that every resource gets first decides what is still to do.
  private mutating func start(_ version: String, in turn: inout Turn) {
    let began = record(
      .started, "stewardd \(version) starts, \(memory.lastSequence) events remembered",
      body: ["version": .string(version)], in: &turn)
    for (id, intent) in memory.begun {
      record(
        .interrupted, "in doubt after a restart: \(intent.description); a look decides", of: Scope(id),
        severity: .notice, cause: intent.sequence,
        body: ["verb": .string(intent.verb), "started": .integer(began)], in: &turn)
    }
  }

  /// A wall clock that went back makes every "not yet" and "already" that was computed a moment ago doubtful, so all is
  /// looked at again. One that went forward needs nothing: what is due is due.
  private mutating func noticeClock(in turn: inout Turn) {
    defer { latest = turn.now }
    guard let latest, turn.now + .seconds(1) < latest else { return }
    record(
      .clock, "the clock went back by \(turn.now.distance(to: latest)); everything is looked at again",
      severity: .notice, in: &turn)
    for id in resources.keys.sorted() { look(at: id, in: &turn) }
  }

  private mutating func wakeDue(in turn: inout Turn) {
    while let next = wakes.min, next.at <= turn.now {
      _ = wakes.popMin()
      guard let index = resources.index(forKey: next.id), resources.values[index].queuedAt == next.at else {
        continue
      }
      resources.values[index].queuedAt = nil
      guard let wakeAt = resources.values[index].wakeAt else { continue }
      if wakeAt > turn.now {
        setWake(wakeAt, of: next.id)
      } else {
        resources.values[index].wakeAt = nil
        look(at: next.id, in: &turn)
      }
    }
  }

  /// Asks for a look, one at a time for a resource.
  mutating func look(at id: ResourceID, in turn: inout Turn) {
    guard let index = resources.index(forKey: id) else { return }
    if resources.values[index].isLooking || resources.values[index].underWay != nil {
      resources.values[index].lookAgain = true
      return
    }
    resources.values[index].isLooking = true
    turn.after.append(.observe(resources.values[index].resource))
  }

  /// An entry that comes earlier does: it is moved on when its time comes, so that a far wake that is set anew by
  /// every plan stands in the queue once.
  mutating func setWake(_ instant: Instant?, of id: ResourceID) {
    guard let index = resources.index(forKey: id) else { return }
    resources.values[index].wakeAt = instant
    guard let instant else { return }
    if let queued = resources.values[index].queuedAt, queued <= instant { return }
    resources.values[index].queuedAt = instant
    wakes.insert(Wake(at: instant, id: id))
  }
}
