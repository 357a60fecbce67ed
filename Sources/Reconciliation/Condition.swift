public import Calendar

/// Something that could be otherwise than it is, and that an action may depend on. A reducer is a value, so what would
/// happen if it were otherwise is found by making it so in a copy and running that (``Reconciler/granting(_:to:at:)``).
public enum Condition: Sendable, Hashable {
  /// Time has passed.
  case time
  /// The action under way on the resource has ended.
  case finished
  /// Fewer actions are under way in the environment.
  case room
  /// A person has ended the suspension of this scope.
  case resumed(Scope)
  /// A person has ended the override of this scope.
  case ended(Scope)
  /// Earlier attempts no longer count: their cause is mended, or their back-off is over.
  case retried
  /// The change window is open.
  case window
  /// What the guard asks for an action of this risk was approved.
  case approved(Risk)
  /// A person has demanded this verb of the resource.
  case asked(String)
  /// A person holds the resource open.
  case opened
  /// A person holds the resource closed.
  case closed
  /// This other resource no longer says what it says.
  case silent(ResourceID)

  /// Whether a person makes it so by one command. The others are made so by time, by what goes on in the world, or by
  /// an edit of the file.
  public var isCommand: Bool {
    switch self {
    case .resumed, .ended, .retried, .approved, .asked, .opened, .closed: true
    case .time, .finished, .room, .window, .silent: false
    }
  }
}

extension Reconciler {
  /// The most other resources whose facts are supposed to be otherwise.
  private static let silentMax = 8

  /// What does not hold at `now` and could stand between the resource and an action, in the order in which people
  /// should hear of it.
  public func conditions(of id: ResourceID, at now: Instant) -> [Condition] {
    guard let kept = resources[id], let environment = environments[id.environment],
      let header = environment.header, let kind = kinds[id.controller]
    else { return [] }
    var conditions: [Condition] = [.time]
    if kept.underWay != nil { conditions.append(.finished) }
    if environment.underWay >= limits.actionsPerEnvironment { conditions.append(.room) }
    let suspended = memory.suspensions.values.filter {
      $0.scope.contains(id) && $0.until.map { $0 > now } ?? true
    }
    conditions += suspended.map(\.scope).sorted().map { .resumed($0) }
    let overrides = memory.overrides.values.filter { $0.scope.contains(id) && $0.until > now }
    conditions += overrides.map(\.scope).sorted().map { .ended($0) }
    let counts = memory.resources[id]?.attempts.values.contains {
      !$0.backoff.isSettled(at: now) || $0.failure.map { $0.class != .transient } ?? false
    }
    if counts == true { conditions.append(.retried) }
    conditions += guarding(header, at: now)
    conditions += kind.requests.map { .asked($0) }
    if heedsOverrides(id, at: now) {
      let inForce = memory.override(for: id, at: now)
      if inForce?.opens != true { conditions.append(.opened) }
      if inForce?.opens != false { conditions.append(.closed) }
    }
    return conditions + speakers(to: id, kind, at: now).map { .silent($0) }
  }

  /// Whether it is any different to be held open than to be held closed: a secret has no hours.
  private func heedsOverrides(_ id: ResourceID, at now: Instant) -> Bool {
    let open = granting([.opened], to: id, at: now).plan(of: id, at: now)
    let closed = granting([.closed], to: id, at: now).plan(of: id, at: now)
    return open != closed
  }

  private func guarding(_ header: EnvironmentHeader, at now: Instant) -> [Condition] {
    var conditions: [Condition] = []
    let asked = [Risk.disruptive, .destructive].map { ($0, header.guard.requirement(for: $0)) }
    let isOpen = header.changeWindow?.isOpen(at: now, in: header.zone) == true
    if !isOpen, asked.contains(where: { $0.1 == .window }) { conditions.append(.window) }
    for case (let risk, .approvals) in asked { conditions.append(.approved(risk)) }
    return conditions
  }

  /// The resources without whose facts the plan of `id` would be another, now or once it is asked for something.
  private func speakers(to id: ResourceID, _ kind: ControllerKind, at now: Instant) -> [ResourceID] {
    let asked = granting(Set(kind.requests.map { .asked($0) }), to: id, at: now)
    guard let plan = asked.plan(of: id, at: now) else { return [] }
    let others = (members[id.environment] ?? []).sorted().filter { $0 != id }
    let heard = others.filter { other in
      let without = asked.granting([.silent(other)], to: id, at: now).plan(of: id, at: now)
      return without?.actions != plan.actions || without?.waitingOn != plan.waitingOn
    }
    return Array(heard.prefix(Reconciler.silentMax))
  }

  // MARK: Supposing

  /// How far ahead a supposed override ends: beyond every horizon, so that its end is no event of its own.
  private static let overrideSupposed = Duration.seconds(10 * 366 * 86_400)

  /// A copy in which `conditions` hold for `id` from `now` on.
  public func granting(_ conditions: Set<Condition>, to id: ResourceID, at now: Instant) -> Reconciler {
    var copy = self
    for condition in conditions { copy.grant(condition, to: id, at: now) }
    return copy
  }

  private mutating func grant(_ condition: Condition, to id: ResourceID, at now: Instant) {
    let until = JSON.string("\(now + Reconciler.overrideSupposed)")
    switch condition {
    case .time, .finished: break
    case .room: limits.actionsPerEnvironment = .max
    case .resumed(let scope): suppose(.resumed, of: scope, at: now)
    case .ended(let scope): suppose(.ended, of: scope, at: now)
    case .retried: suppose(.requested, of: Scope(id), at: now, ["verb": .string(Memory.reconcile)])
    case .window: environments[id.environment]?.header?.changeWindow = .always
    case .approved(let risk):
      guard let asked = environments[id.environment]?.header?.guard else { return }
      environments[id.environment]?.header?.guard = Guard(
        disruptive: risk == .disruptive ? .nothing : asked.disruptive,
        destructive: risk == .destructive ? .nothing : asked.destructive)
    case .asked(let verb):
      suppose(.requested, of: Scope(id), at: now, ["verb": .string(verb), "reason": ""])
    case .opened: suppose(.opened, of: Scope(id), at: now, ["until": until, "reason": ""])
    case .closed: suppose(.closed, of: Scope(id), at: now, ["until": until, "reason": ""])
    case .silent(let other):
      drop(other)
      members[id.environment]?.remove(other)
    }
  }

  private mutating func suppose(
    _ kind: EventKind, of scope: Scope, at now: Instant, _ body: JSON = .object([:])
  ) {
    memory.apply(
      Event(
        sequence: memory.lastSequence + 1, at: now, scope: scope, kind: kind, severity: .info, actor: "you",
        cause: nil, message: "", body: body))
  }

  /// The reducer with these environments alone, so that what is asked of them costs nothing for the others.
  public func alone(_ names: some Sequence<String>) -> Reconciler {
    let names = Set(names)
    var copy = self
    copy.environments = environments.filter { names.contains($0.key) }
    copy.members = members.filter { names.contains($0.key) }
    copy.resources = resources.filter { names.contains($0.key.environment) }
    return copy
  }
}
