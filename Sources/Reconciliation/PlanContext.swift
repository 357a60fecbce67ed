public import Calendar

/// Everything besides the spec and the observation that a plan may depend on. There is no other input: no clock, no
/// randomness, no global.
public struct PlanContext: Sendable {
  /// The moment to plan for.
  public let now: Instant
  /// What the file says of the environment.
  public let environment: EnvironmentHeader
  /// What the event log remembers of this resource.
  public let memory: ResourceMemory
  /// A person's `open` or `close` that is in force now, the nearest scope winning.
  public let override: Override?
  /// The newest demand of each verb that reaches this resource.
  let demands: [String: Demand]
  /// What the environment's other resources published.
  public let facts: Facts
  /// How much of the environment's resources has been in use, as far as anybody counts it.
  public let usages: [ResourceID: Usage]

  /// A context; tests and golden cases make their own.
  public init(
    now: Instant, environment: EnvironmentHeader, memory: ResourceMemory = ResourceMemory(),
    override: Override? = nil, demands: [String: Demand] = [:], facts: Facts = Facts(),
    usages: [ResourceID: Usage] = [:]
  ) {
    self.now = now
    self.environment = environment
    self.memory = memory
    self.override = override
    self.demands = demands
    self.facts = facts
    self.usages = usages
  }

  /// The context of one resource, from all that is remembered.
  public init(
    _ id: ResourceID, in environment: EnvironmentHeader, remembering memory: Memory, facts: Facts,
    at now: Instant
  ) {
    self.init(
      now: now, environment: environment, memory: memory.resources[id] ?? ResourceMemory(),
      override: memory.override(for: id, at: now), demands: memory.demands(for: id), facts: facts,
      usages: memory.usages[id.environment] ?? [:])
  }

  /// The same context, had this much been used.
  func having(used usages: [ResourceID: Usage]) -> PlanContext {
    PlanContext(
      now: now, environment: environment, memory: memory, override: override, demands: demands, facts: facts,
      usages: usages)
  }

  /// The newest demand for `verb` (`steward rotate …`), which the plan satisfies by having done it since.
  public func requested(_ verb: String) -> Demand? { demands[verb] }
}

/// A person's order that an environment be open or closed, whatever its hours say: always with an owner, a reason
/// and an end.
public struct Override: Sendable, Hashable, Codable {
  /// Whether it opens or closes.
  public let opens: Bool
  /// What it is about.
  public let scope: Scope
  /// When it ends by itself.
  public let until: Instant
  /// Who gave it.
  public let owner: String
  /// Why.
  public let reason: String
  /// The event by which it was given.
  public let sequence: Int64
}

/// A person's demand that something be done once, now: `rotate`, `drill`, `restart`.
public struct Demand: Sendable, Hashable, Codable {
  /// When it was asked for.
  public let at: Instant
  /// Who asked.
  public let owner: String
  /// Why; empty where none was given.
  public let reason: String
  /// The event by which it was asked.
  public let sequence: Int64

  /// A demand.
  public init(at: Instant, owner: String, reason: String, sequence: Int64) {
    self.at = at
    self.owner = owner
    self.reason = reason
    self.sequence = sequence
  }
}

/// A person's order to leave something alone. It is watched and planned, and nothing is done.
public struct Suspension: Sendable, Hashable, Codable {
  /// What is left alone.
  public let scope: Scope
  /// When it ends by itself; nil if only `steward resume` ends it.
  public let until: Instant?
  /// Who ordered it.
  public let owner: String
  /// Why: nobody should have to ask.
  public let reason: String
  /// The event by which it was ordered.
  public let sequence: Int64
}
