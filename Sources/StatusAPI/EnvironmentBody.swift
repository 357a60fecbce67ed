public import Calendar

/// One environment.
public struct EnvironmentBody: Codable, Sendable, Hashable {
  /// Its name.
  public var name: String
  /// `ready`, `closed`, `changing`, `waiting`, `degraded` or `unknown`: the worst of its resources.
  /// `released` where its file is gone, `refused` where no good version of it is known.
  public var state: String
  /// Its file, as messages show it.
  public var file: String
  /// What the file says of it; nil while no good version is known.
  public var header: HeaderBody?
  /// Why the file's newest version is not in force; nil while it is.
  public var refusal: RefusalBody?
  /// Whether the file is gone: nothing is kept, and nothing was torn down.
  public var isReleased: Bool
  /// The sections that no controller keeps yet.
  public var notKept: [UnkeptBody]
  /// The overrides and suspensions in force.
  public var orders: [OrderBody]
  /// The table's cells by controller; a controller that keeps nothing here has none.
  public var cells: [String: CellBody]
  /// What is kept, by name.
  public var resources: [ResourceBody]
  /// What will happen next by itself.
  public var next: NextBody?

  /// All members, as documented above.
  public init(
    name: String, state: String, file: String, header: HeaderBody? = nil, refusal: RefusalBody? = nil,
    isReleased: Bool, notKept: [UnkeptBody], orders: [OrderBody], cells: [String: CellBody],
    resources: [ResourceBody], next: NextBody? = nil
  ) {
    self.name = name
    self.state = state
    self.file = file
    self.header = header
    self.refusal = refusal
    self.isReleased = isReleased
    self.notKept = notKept
    self.orders = orders
    self.cells = cells
    self.resources = resources
    self.next = next
  }
}

/// What an environment's file says of it as a whole.
public struct HeaderBody: Codable, Sendable, Hashable {
  /// One line for people.
  public var purpose: String
  /// Who uses it.
  public var users: [String]
  /// `synthetic`, `production-like` or `real`.
  public var data: String
  /// The IANA name of the zone in which its hours are meant.
  public var timezone: String
  /// Where it runs; nil where not written.
  public var region: String?
  /// How releases reach it; nil where not written.
  public var deployment: String?

  /// All members, as documented above.
  public init(
    purpose: String, users: [String], data: String, timezone: String, region: String? = nil,
    deployment: String? = nil
  ) {
    self.purpose = purpose
    self.users = users
    self.data = data
    self.timezone = timezone
    self.region = region
    self.deployment = deployment
  }
}

/// A version of a file that was not adopted.
public struct RefusalBody: Codable, Sendable, Hashable {
  /// Whether an earlier good version stays in force.
  public var lastGoodIsInForce: Bool
  /// How many mistakes it has.
  public var mistakeCount: Int
  /// The mistakes; empty for callers who may not read the environment.
  public var mistakes: [MistakeBody]

  /// All members, as documented above.
  public init(lastGoodIsInForce: Bool, mistakeCount: Int, mistakes: [MistakeBody]) {
    self.lastGoodIsInForce = lastGoodIsInForce
    self.mistakeCount = mistakeCount
    self.mistakes = mistakes
  }
}

/// A section that was read and is not kept yet.
public struct UnkeptBody: Codable, Sendable, Hashable {
  /// Its key.
  public var section: String
  /// Where it stands.
  public var place: PlaceBody

  /// All members, as documented above.
  public init(section: String, place: PlaceBody) {
    self.section = section
    self.place = place
  }
}

/// A person's order that is in force.
public struct OrderBody: Codable, Sendable, Hashable {
  /// `open`, `close` or `suspend`.
  public var kind: String
  /// The environment, section or resource it is about.
  public var scope: String
  /// When it ends by itself; nil if only a person ends it.
  public var until: Instant?
  /// Who gave it.
  public var owner: String
  /// Why.
  public var reason: String
  /// The event by which it was given.
  public var sequence: Int64

  /// All members, as documented above.
  public init(
    kind: String, scope: String, until: Instant? = nil, owner: String, reason: String, sequence: Int64
  ) {
    self.kind = kind
    self.scope = scope
    self.until = until
    self.owner = owner
    self.reason = reason
    self.sequence = sequence
  }
}

/// One cell of the status table.
public struct CellBody: Codable, Sendable, Hashable {
  /// The worst state among the controller's resources.
  public var state: String
  /// The cell.
  public var text: String

  /// All members, as documented above.
  public init(state: String, text: String) {
    self.state = state
    self.text = text
  }
}

/// What will happen next by itself.
public struct NextBody: Codable, Sendable, Hashable {
  /// When.
  public var at: Instant
  /// What, in one line.
  public var what: String
  /// To which resource; nil where it is the environment's.
  public var resource: String?
  /// How many more actions are due then on the same resource.
  public var moreActions: Int
  /// The kind of action in one word; absent where no action but a state comes next.
  public var verb: String?

  /// All members, as documented above.
  public init(at: Instant, what: String, resource: String? = nil, moreActions: Int, verb: String? = nil) {
    self.at = at
    self.what = what
    self.resource = resource
    self.moreActions = moreActions
    self.verb = verb
  }
}
