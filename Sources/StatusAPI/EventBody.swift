public import Calendar

/// One event of the log.
public struct EventBody: Codable, Sendable, Hashable {
  /// Its place in the log: 1, 2, 3 … without gaps.
  public var sequence: Int64
  /// When, by the daemon's wall clock.
  public var at: Instant
  /// What it is about; nil for the daemon itself.
  public var scope: String?
  /// What kind of thing happened: `done`, `failed`, `adopted` …
  public var kind: String
  /// The name in full: `secrets.prepare.done`.
  public var name: String
  /// `info`, `notice`, `warning` or `critical`.
  public var severity: String
  /// Who did it: `steward` for the daemon, else a Unix user.
  public var actor: String
  /// The sequence of the event that led to this one.
  public var cause: Int64?
  /// One line for a person.
  public var message: String
  /// The particulars, whose shape depends on `kind`.
  public var body: JSONValue

  /// All members, as documented above.
  public init(
    sequence: Int64, at: Instant, scope: String? = nil, kind: String, name: String, severity: String,
    actor: String, cause: Int64? = nil, message: String, body: JSONValue
  ) {
    self.sequence = sequence
    self.at = at
    self.scope = scope
    self.kind = kind
    self.name = name
    self.severity = severity
    self.actor = actor
    self.cause = cause
    self.message = message
    self.body = body
  }
}

/// The answer to `GET /v1/events`.
public struct EventsBody: Codable, Sendable, Hashable {
  /// The events, the oldest first.
  public var events: [EventBody]
  /// The last event's sequence in the whole log: what to go on after.
  public var lastSequence: Int64

  /// All members, as documented above.
  public init(events: [EventBody], lastSequence: Int64) {
    self.events = events
    self.lastSequence = lastSequence
  }
}

/// The answer to `GET /v1/events/verify`.
public struct VerifyBody: Codable, Sendable, Hashable {
  /// Whether every event is there and is what was written.
  public var isIntact: Bool
  /// How many events were found whole.
  public var events: Int64
  /// The hash of the last one in hexadecimal, to compare with one noted elsewhere; nil where the chain is
  /// broken.
  public var head: String?
  /// The first event that is not as it was written; nil where the chain is whole.
  public var brokenAt: Int64?
  /// All that in one line.
  public var message: String

  /// All members, as documented above.
  public init(isIntact: Bool, events: Int64, head: String? = nil, brokenAt: Int64? = nil, message: String) {
    self.isIntact = isIntact
    self.events = events
    self.head = head
    self.brokenAt = brokenAt
    self.message = message
  }
}
