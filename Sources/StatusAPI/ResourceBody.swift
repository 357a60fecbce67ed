public import Calendar

/// One kept thing: as it stands, and what is planned for it.
public struct ResourceBody: Codable, Sendable, Hashable {
  /// `environment/controller/name`.
  public var id: String
  /// The controller, which is also the file's section.
  public var controller: String
  /// Its name in the section.
  public var name: String
  /// `closed`, `ready`, `changing`, `waiting`, `degraded` or `unknown`.
  public var state: String
  /// Its cell in the status table.
  public var cell: String
  /// How it stands, in one line.
  public var headline: String
  /// The action under way.
  public var underWay: UnderWayBody?
  /// What is planned, the most urgent first.
  public var actions: [ActionBody]
  /// What must happen first, apart from what holds single actions.
  public var waits: [WaitBody]
  /// What is not as it should be.
  public var findings: [FindingBody]
  /// When it is looked at next, if nothing happens before.
  public var wakeAt: Instant?

  /// All members, as documented above.
  public init(
    id: String, controller: String, name: String, state: String, cell: String, headline: String,
    underWay: UnderWayBody? = nil, actions: [ActionBody], waits: [WaitBody], findings: [FindingBody],
    wakeAt: Instant? = nil
  ) {
    self.id = id
    self.controller = controller
    self.name = name
    self.state = state
    self.cell = cell
    self.headline = headline
    self.underWay = underWay
    self.actions = actions
    self.waits = waits
    self.findings = findings
    self.wakeAt = wakeAt
  }
}

/// A planned action.
public struct ActionBody: Codable, Sendable, Hashable {
  /// The kind of action in one word.
  public var verb: String
  /// The action in one line.
  public var description: String
  /// `safe`, `disruptive` or `destructive`.
  public var risk: String
  /// What must happen before it may begin; nil where nothing must.
  public var hold: WaitBody?
  /// What `steward approve` must name; nil where no approval would help.
  public var digest: String?

  /// All members, as documented above.
  public init(verb: String, description: String, risk: String, hold: WaitBody? = nil, digest: String? = nil) {
    self.verb = verb
    self.description = description
    self.risk = risk
    self.hold = hold
    self.digest = digest
  }
}

/// An action that has begun.
public struct UnderWayBody: Codable, Sendable, Hashable {
  /// The kind of action in one word.
  public var verb: String
  /// The action in one line.
  public var description: String
  /// When it began.
  public var since: Instant
  /// The event that announced it.
  public var sequence: Int64

  /// All members, as documented above.
  public init(verb: String, description: String, since: Instant, sequence: Int64) {
    self.verb = verb
    self.description = description
    self.since = since
    self.sequence = sequence
  }
}

/// Something that must happen first.
public struct WaitBody: Codable, Sendable, Hashable {
  /// For what.
  public var reason: String
  /// Who or what can end it, with the command where there is one.
  public var endedBy: String
  /// When it ends by itself; nil if it never does.
  public var until: Instant?
  /// The line of the file that asks for it.
  public var place: PlaceBody?

  /// All members, as documented above.
  public init(reason: String, endedBy: String, until: Instant? = nil, place: PlaceBody? = nil) {
    self.reason = reason
    self.endedBy = endedBy
    self.until = until
    self.place = place
  }
}

/// Something that is not as it should be.
public struct FindingBody: Codable, Sendable, Hashable {
  /// A short stable name, unique within the resource.
  public var code: String
  /// `info`, `notice`, `warning` or `critical`.
  public var severity: String
  /// What is wrong, with the figures.
  public var message: String
  /// What a person can do about it.
  public var mend: String
  /// The line whose promise is not kept.
  public var place: PlaceBody?

  /// All members, as documented above.
  public init(code: String, severity: String, message: String, mend: String, place: PlaceBody? = nil) {
    self.code = code
    self.severity = severity
    self.message = message
    self.mend = mend
    self.place = place
  }
}
