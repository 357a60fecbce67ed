public import Calendar

/// What is remembered: a fold over the event log, and nothing else. Memory that is rebuilt from the log equals memory
/// that lived.
public struct Memory: Sendable, Equatable {
  /// The sequence of the last event.
  public private(set) var lastSequence: Int64 = 0
  /// The latest moment that any event bears.
  public private(set) var latest: Instant?
  /// What is remembered of each resource that any event was about.
  public private(set) var resources: [ResourceID: ResourceMemory] = [:]
  /// Each environment's file, as last adopted or refused.
  public private(set) var files: [String: FileMemory] = [:]
  /// The overrides that no event has ended; some may be over by time.
  public private(set) var overrides: [Scope: Override] = [:]
  /// The suspensions that no event has ended; some may be over by time.
  public private(set) var suspensions: [Scope: Suspension] = [:]
  /// The newest demand for each verb, by what it was demanded of.
  public private(set) var demands: [Scope: [String: Demand]] = [:]

  /// How much of each resource has been in use, by environment.
  public private(set) var usages: [String: [ResourceID: Usage]] = [:]

  /// Nothing remembered.
  public init() {}

  /// Remembers one event more.
  public mutating func apply(_ event: Event) {
    lastSequence = event.sequence
    latest = latest.map { max($0, event.at) } ?? event.at
    switch event.kind {
    case .adopted, .refused, .released: rememberFile(event)
    case .opened, .closed, .ended, .suspended, .resumed, .requested: rememberOrder(event)
    default:
      if event.kind == .usage, let id = event.scope?.resource {
        usages[id.environment, default: [:]][id] = Usage.fold(usages[id.environment]?[id], event)
      }
      if let id = event.scope?.resource { resources[id, default: ResourceMemory()].apply(event, of: id) }
    }
  }

  private mutating func rememberFile(_ event: Event) {
    guard let environment = event.scope?.environment else { return }
    var file = files[environment, default: FileMemory()]
    file.state = event.kind
    file.digest = event.body["digest"].text ?? file.digest
    file.file = event.body["file"].text ?? file.file
    files[environment] = file
  }

  private mutating func rememberOrder(_ event: Event) {
    guard let scope = event.scope else { return }
    let reason = event.body["reason"].text ?? ""
    let until = event.body["until"].text.flatMap(Instant.init(rfc3339:))
    switch event.kind {
    case .opened, .closed:
      guard let until else { return }
      overrides[scope] = Override(
        opens: event.kind == .opened, scope: scope, until: until, owner: event.actor, reason: reason,
        sequence: event.sequence)
    case .ended:
      overrides[scope] = nil
    case .suspended:
      suspensions[scope] = Suspension(
        scope: scope, until: until, owner: event.actor, reason: reason, sequence: event.sequence)
    case .resumed:
      suspensions[scope] = nil
    case .requested:
      guard let verb = event.body["verb"].text else { return }
      demands[scope, default: [:]][verb] = Demand(
        at: event.at, owner: event.actor, reason: reason, sequence: event.sequence)
      if verb == Memory.reconcile { forgive(scope) }
    default: break
    }
  }

  /// The verb of `steward reconcile`, which also ends back-off: the person says that the cause is mended.
  static let reconcile = "reconcile"

  private mutating func forgive(_ scope: Scope) {
    for id in resources.keys where scope.contains(id) { resources[id]?.forgive() }
  }

  // MARK: Questions

  /// The override that decides for `resource` at `now`: of those in force, the one with the nearest scope.
  public func override(for resource: ResourceID, at now: Instant) -> Override? {
    nearest(overrides, to: resource) { $0.until > now }
  }

  /// The suspension that holds `resource` at `now`.
  public func suspension(of resource: ResourceID, at now: Instant) -> Suspension? {
    nearest(suspensions, to: resource) { $0.until.map { $0 > now } ?? true }
  }

  /// The newest demand of each verb that reaches `resource`.
  func demands(for resource: ResourceID) -> [String: Demand] {
    var newest: [String: Demand] = [:]
    guard !demands.isEmpty else { return newest }
    for scope in scopes(around: resource) {
      newest.merge(demands[scope] ?? [:]) { $0.sequence > $1.sequence ? $0 : $1 }
    }
    return newest
  }

  /// The actions that were begun and of which no end is known: after a start, what is in doubt.
  var begun: [(id: ResourceID, intent: Intent)] {
    resources.keys.sorted().compactMap { id in resources[id]?.intent.map { (id, $0) } }
  }

  private func nearest<Order>(
    _ orders: [Scope: Order], to resource: ResourceID, where isInForce: (Order) -> Bool
  ) -> Order? {
    guard !orders.isEmpty else { return nil }
    return scopes(around: resource).lazy.compactMap { orders[$0] }.first(where: isInForce)
  }

  /// The scopes that contain `resource`, the nearest first.
  private func scopes(around resource: ResourceID) -> [Scope] {
    [
      Scope(resource), Scope(environment: resource.environment, controller: resource.controller),
      Scope(environment: resource.environment),
    ]
  }
}

/// What is remembered of an environment's file.
public struct FileMemory: Sendable, Hashable {
  /// Whether it was last adopted, refused or released.
  public internal(set) var state: EventKind = .adopted
  /// The file's path, as messages show it.
  public internal(set) var file = ""
  /// The digest of the version in force.
  public internal(set) var digest: String?
}
