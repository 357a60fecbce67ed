public import Calendar

/// One environment in a report.
public struct ReportedEnvironment: Codable, Sendable, Hashable {
  /// Its name.
  public var name: String
  /// What it is for; empty where no file says so any more.
  public var purpose: String
  /// The IANA name of the zone in which its days are counted.
  public var timezone: String
  /// What was done, by section and kind of action.
  public var work: [ReportedWork]
  /// Each day of the stretch, in the environment's zone.
  public var days: [ReportedDay]
  /// How it stood, from the first moment to the last without a gap.
  public var states: [ReportedState]
  /// How many of what were in use, for what is counted.
  public var usages: [ReportedUsage]
  /// What it cost by the prices that are written now, `months` being the one that runs; nil where none are.
  public var cost: CostBody?

  /// All members, as documented above.
  public init(
    name: String, purpose: String, timezone: String, work: [ReportedWork], days: [ReportedDay],
    states: [ReportedState], usages: [ReportedUsage], cost: CostBody? = nil
  ) {
    self.name = name
    self.purpose = purpose
    self.timezone = timezone
    self.work = work
    self.days = days
    self.states = states
    self.usages = usages
    self.cost = cost
  }
}

/// One kind of action in one section of an environment.
public struct ReportedWork: Codable, Sendable, Hashable {
  /// The section.
  public var controller: String
  /// The kind of action in one word.
  public var verb: String
  /// How often it was done.
  public var done: Int
  /// How often it was tried and failed.
  public var failed: Int
  /// When it was last done or tried.
  public var lastAt: Instant
  /// What came of that, in one line.
  public var last: String
  /// Of which resource.
  public var scope: String

  /// All members, as documented above.
  public init(
    controller: String, verb: String, done: Int, failed: Int, lastAt: Instant, last: String, scope: String
  ) {
    self.controller = controller
    self.verb = verb
    self.done = done
    self.failed = failed
    self.lastAt = lastAt
    self.last = last
    self.scope = scope
  }
}

/// One calendar day.
public struct ReportedDay: Codable, Sendable, Hashable {
  /// The date: `2026-11-23`.
  public var date: String
  /// Its first moment in the stretch.
  public var from: Instant
  /// How many actions were done.
  public var done: Int
  /// How many failed.
  public var failed: Int
  /// What it cost; nil where no prices are written.
  public var cost: CostBody.Amount?

  /// All members, as documented above.
  public init(date: String, from: Instant, done: Int, failed: Int, cost: CostBody.Amount? = nil) {
    self.date = date
    self.from = from
    self.done = done
    self.failed = failed
    self.cost = cost
  }
}

/// How an environment stood for a while, as far as the events tell.
public struct ReportedState: Codable, Sendable, Hashable {
  /// `absent` before its file came into force, `stopped` while no daemon ran, `closed` while nothing that is counted was
  /// in use, `ready`, `waiting` for a person or a window, `degraded` while a finding of some weight stood, `unknown` while
  /// a look failed: the last that holds.
  public var state: String
  /// From when.
  public var from: Instant
  /// Until when.
  public var to: Instant

  /// All members, as documented above.
  public init(state: String, from: Instant, to: Instant) {
    self.state = state
    self.from = from
    self.to = to
  }
}

/// How many of something were in use over time.
public struct ReportedUsage: Codable, Sendable, Hashable {
  /// Of what.
  public var resource: String
  /// The changes, the first at the first moment at which it is known.
  public var points: [Point]

  /// A change.
  public struct Point: Codable, Sendable, Hashable {
    /// When.
    public var at: Instant
    /// How many from then on.
    public var quantity: Int64

    /// All members, as documented above.
    public init(at: Instant, quantity: Int64) {
      self.at = at
      self.quantity = quantity
    }
  }

  /// All members, as documented above.
  public init(resource: String, points: [Point]) {
    self.resource = resource
    self.points = points
  }
}
