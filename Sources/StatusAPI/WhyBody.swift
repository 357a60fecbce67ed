public import Calendar

/// The answer to `GET /v1/why`: all that led to how one resource stands.
public struct WhyBody: Codable, Sendable, Hashable {
  /// The moment that it describes.
  public var at: Instant
  /// The resource, and what is planned for it.
  public var resource: ResourceBody
  /// Where it is written.
  public var place: PlaceBody
  /// A digest of what is written.
  public var revision: String
  /// The zone in which its hours are meant.
  public var timezone: String
  /// The rules and inputs that led here.
  public var reasons: [ReasonBody]
  /// The override and the suspension that decide for it.
  public var orders: [OrderBody]
  /// What the last look found; nil before the first.
  public var observation: ObservationBody?
  /// The attempts that still count.
  public var attempts: [AttemptBody]
  /// The last success of each kind of action.
  public var lastDone: [DoneBody]
  /// The file that says what it should be.
  public var file: FileBody
  /// The event that led here, then the one that led to that, back to a person, a file or time.
  public var trail: [EventBody]
  /// What will happen to it next by itself.
  public var next: NextBody?
  /// What a person can do now, and what would come of it.
  public var levers: [LeverBody]
  /// The last events about it, the newest last.
  public var events: [EventBody]

  /// All members, as documented above.
  public init(
    at: Instant, resource: ResourceBody, place: PlaceBody, revision: String, timezone: String,
    reasons: [ReasonBody], orders: [OrderBody], observation: ObservationBody? = nil,
    attempts: [AttemptBody], lastDone: [DoneBody], file: FileBody, trail: [EventBody], next: NextBody? = nil,
    levers: [LeverBody], events: [EventBody]
  ) {
    self.at = at
    self.resource = resource
    self.place = place
    self.revision = revision
    self.timezone = timezone
    self.reasons = reasons
    self.orders = orders
    self.observation = observation
    self.attempts = attempts
    self.lastDone = lastDone
    self.file = file
    self.trail = trail
    self.next = next
    self.levers = levers
    self.events = events
  }
}

/// One line of an explanation.
public struct ReasonBody: Codable, Sendable, Hashable {
  /// What kind of line it is: `rule`, `now`, `opens` …
  public var label: String
  /// The line.
  public var text: String
  /// The place in the files that it comes from.
  public var place: PlaceBody?

  /// All members, as documented above.
  public init(label: String, text: String, place: PlaceBody? = nil) {
    self.label = label
    self.text = text
    self.place = place
  }
}

/// What a look found.
public struct ObservationBody: Codable, Sendable, Hashable {
  /// Whether anything is known.
  public var isKnown: Bool
  /// When it was seen, or since when nothing is known.
  public var at: Instant
  /// Why nothing is known; nil where it is.
  public var reason: String?
  /// What was seen; nil where nothing is known.
  public var value: JSONValue?

  /// All members, as documented above.
  public init(isKnown: Bool, at: Instant, reason: String? = nil, value: JSONValue? = nil) {
    self.isKnown = isKnown
    self.at = at
    self.reason = reason
    self.value = value
  }
}

/// The attempts at one action so far.
public struct AttemptBody: Codable, Sendable, Hashable {
  /// The action, as it stands in the log.
  public var action: JSONValue
  /// How many there were in a row.
  public var count: Int
  /// When the last one ended.
  public var endedAt: Instant
  /// Before when the next one does not begin.
  public var nextAt: Instant
  /// Why the last one failed; nil where it took place and was needed again.
  public var failure: String?

  /// All members, as documented above.
  public init(action: JSONValue, count: Int, endedAt: Instant, nextAt: Instant, failure: String? = nil) {
    self.action = action
    self.count = count
    self.endedAt = endedAt
    self.nextAt = nextAt
    self.failure = failure
  }
}

/// The last success of a kind of action.
public struct DoneBody: Codable, Sendable, Hashable {
  /// The kind of action in one word.
  public var verb: String
  /// When it ended.
  public var at: Instant
  /// The event that says so.
  public var sequence: Int64
  /// What it had to tell.
  public var details: JSONValue

  /// All members, as documented above.
  public init(verb: String, at: Instant, sequence: Int64, details: JSONValue) {
    self.verb = verb
    self.at = at
    self.sequence = sequence
    self.details = details
  }
}

/// An environment's file, as far as an explanation needs it.
public struct FileBody: Codable, Sendable, Hashable {
  /// Its path, as messages show it.
  public var path: String
  /// The digest of the version in force; nil where none is.
  public var digest: String?
  /// The event by which that version came into force; nil where the log has none.
  public var adopted: EventBody?
  /// Why a newer version is not in force; nil where there is none.
  public var refusal: RefusalBody?

  /// All members, as documented above.
  public init(path: String, digest: String? = nil, adopted: EventBody? = nil, refusal: RefusalBody? = nil) {
    self.path = path
    self.digest = digest
    self.adopted = adopted
    self.refusal = refusal
  }
}

/// What a person can do.
public struct LeverBody: Codable, Sendable, Hashable {
  /// The command.
  public var command: String
  /// What would happen at once, or how the resource would stand.
  public var effect: String

  /// All members, as documented above.
  public init(command: String, effect: String) {
    self.command = command
    self.effect = effect
  }
}
