import Calendar
import Reconciliation
import Specification

/// A reducer, a log and a world in which actions do what they say, unless a test breaks them.
struct World {
  var reconciler: Reconciler
  var now: Instant
  /// What the log holds: all that survives a crash, with `lit`.
  var log: [Event] = []
  var lit: [ResourceID: JSON]
  var answers: [UInt64: Answer] = [:]
  /// Actions whose effect has not ended.
  var underWay: [(intent: Int64, action: AnyAction, resource: AnyResource)] = []
  /// What a look answers instead of the world.
  var unknown: Set<ResourceID> = []
  /// What an action comes to instead of its effect; nil where it does nothing and says that it did.
  var outcomes: [ResourceID: Result<Bool, Failure>] = [:]
  /// How many effects may be carried out before the machine stops dead.
  var effectsUntilCrash = Int.max
  var isDead = false
  /// Ends actions as soon as they begin.
  var isInstant = true
  private var inbox: [Input] = []

  static let kinds = [ControllerKind(Lamps.self), ControllerKind(Nightlight.self)]

  init(at now: Instant = Instant(seconds: 1_763_000_000), lit: [ResourceID: JSON] = [:]) {
    reconciler = Reconciler(kinds: World.kinds)
    self.now = now
    self.lit = lit
  }

  static func lamp(_ name: String) -> ResourceID {
    ResourceID(environment: "staging", controller: "lamps", name: name)
  }

  static func nightlight(_ name: String) -> ResourceID {
    ResourceID(environment: "staging", controller: "nightlights", name: name)
  }

  /// Takes an input in and lets everything that follows at this moment happen.
  mutating func tell(_ input: Input) {
    inbox.append(input)
    while !isDead, !inbox.isEmpty {
      for effect in reconciler.step(inbox.removeFirst(), now: now) {
        if effectsUntilCrash == 0 { isDead = true }
        guard !isDead else { return }
        effectsUntilCrash -= 1
        carryOut(effect)
      }
    }
  }

  private mutating func carryOut(_ effect: Effect) {
    switch effect {
    case .record(let events): log += events
    case .observe(let resource):
      let found: Observation<AnyObserved> =
        unknown.contains(resource.id)
        ? .unknown(reason: "fog", since: now)
        : .known(observed(resource.id), at: now)
      inbox.append(.observed(resource.id, found))
    case .perform(let action, let resource, let intent):
      underWay.append((intent, action, resource))
      if isInstant { endAction() }
    case .answer(let number, let answer): answers[number] = answer
    case .reveal: break
    }
  }

  func observed(_ id: ResourceID) -> AnyObserved {
    let json = lit[id] ?? (id.controller == "lamps" ? ["lit": 0] : ["isOn": false])
    // The world of a test holds only what its controllers wrote.
    return try! kind(id).observed(from: json)
  }

  private func kind(_ id: ResourceID) -> ControllerKind { World.kinds.first { $0.name == id.controller }! }

  /// Lets the oldest action under way take effect and end.
  mutating func endAction() {
    let (intent, action, resource) = underWay.removeFirst()
    let outcome = outcomes[resource.id] ?? .success(true)
    if case .success(true) = outcome {
      lit[resource.id] =
        kind(resource.id).expect(action, of: resource, after: observed(resource.id), at: now).json
    }
    inbox.append(
      .finished(intent: intent, of: resource.id, outcome.map { _ in Outcome(action.description) }))
  }

  /// Ends an action and lets what follows happen.
  mutating func endActionNow() {
    endAction()
    tell(.woke)
  }

  /// Lets time pass: every wake on the way happens at its time.
  mutating func wait(_ duration: Duration) {
    let end = now + duration
    while !isDead, let next = reconciler.nextWake, next <= end {
      now = max(now, next)
      tell(.woke)
    }
    now = end
    tell(.woke)
  }

  /// A daemon that starts on what the crash left: the log and the world.
  func afterCrash() -> World {
    var next = World(at: now + .seconds(1), lit: lit)
    var memory = Memory()
    for event in log { memory.apply(event) }
    next.reconciler = Reconciler(kinds: World.kinds, memory: memory)
    next.log = log
    return next
  }

  func kinds(of id: ResourceID) -> [EventKind] { log.filter { $0.scope?.resource == id }.map(\.kind) }
}

/// An environment of lamps: name → wanted, all of one risk.
func environment(
  _ lamps: [String: Int], risk: Risk = .safe, nightlights: [String] = [], guard: Guard = .default,
  window: Hours? = nil
) -> Input {
  var header = EnvironmentHeader(name: "staging", zone: .utc)
  header.guard = `guard`
  header.changeWindow = window
  header.access = [.operate: ["operator"], .approve: ["release-engineer"], .read: ["operator"]]
  func node(_ content: SpecNode.Content) -> SpecNode {
    SpecNode(place: Place(file: "staging.yaml"), content: content)
  }
  func entry(_ key: String, _ value: SpecNode) -> SpecEntry {
    SpecEntry(key: SpecKey(key, place: Place(file: "staging.yaml")), value: value)
  }
  func section(_ entries: [SpecEntry]) -> SpecNode { node(.mapping(entries)) }
  let mistakes = Mistakes()
  let lampNodes = lamps.sorted { $0.key < $1.key }.map { name, wanted in
    entry(
      name,
      section([
        entry("wanted", node(.scalar(SpecScalar("\(wanted)")))),
        entry("risk", node(.scalar(SpecScalar(risk.rawValue)))),
      ]))
  }
  let resources =
    World.kinds[0].read(section(lampNodes), of: header, mistakes: mistakes)
    + World.kinds[1].read(section(nightlights.map { entry($0, section([])) }), of: header, mistakes: mistakes)
  precondition(!mistakes.hasErrors, "\(mistakes.all)")
  return .adopted(
    AdoptedEnvironment(
      header: header, resources: resources, notKept: [], file: "staging.yaml",
      digest:
        "\(lamps.sorted { $0.key < $1.key })\(risk)\(nightlights)\(`guard`)\(String(describing: window))"))
}

let anna = Caller(name: "anna", roles: ["operator"], isOwner: false)
let rita = Caller(name: "rita", roles: ["release-engineer"], isOwner: false)
let ruth = Caller(name: "ruth", roles: ["release-engineer"], isOwner: false)
