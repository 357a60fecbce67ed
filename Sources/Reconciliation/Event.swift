public import Calendar

/// Something that happened, appended to the event log and never changed. Everything the daemon remembers is a fold
/// over these (``Memory``).
public struct Event: Sendable, Hashable, Codable {
  /// Its place in the log: 1, 2, 3 … without gaps.
  public let sequence: Int64
  /// When, by the daemon's wall clock. A clock can step back; `sequence` cannot.
  public let at: Instant
  /// What it is about; nil for the daemon itself.
  public let scope: Scope?
  /// What kind of thing happened.
  public let kind: EventKind
  /// How much it matters to whoever reads the log.
  public let severity: Severity
  /// Who or what did it: `steward` for the daemon, else the name of a Unix user.
  public let actor: String
  /// The sequence of the event that led to this one.
  public let cause: Int64?
  /// One line for a person. Never contains a secret.
  public let message: String
  /// The particulars, whose shape depends on `kind`.
  public let body: JSON

  /// An event with these particulars.
  public init(
    sequence: Int64, at: Instant, scope: Scope?, kind: EventKind, severity: Severity, actor: String,
    cause: Int64?,
    message: String, body: JSON
  ) {
    self.sequence = sequence
    self.at = at
    self.scope = scope
    self.kind = kind
    self.severity = severity
    self.actor = actor
    self.cause = cause
    self.message = message
    self.body = body
  }

  /// The name people filter by: `secrets.prepare.done`, `files.adopted`, `daemon.started`.
  public var name: String {
    let verb = body["action"]["verb"].text ?? body["verb"].text
    return [scope?.controller ?? kind.room, verb, kind.rawValue].compactMap(\.self).joined(separator: ".")
  }
}

/// What kinds of things happen. A closed set: whoever reads a log of any age can know them all.
public enum EventKind: String, Sendable, Codable, CaseIterable {
  /// The daemon began; it is about to end.
  case started, stopping
  /// The wall clock went back.
  case clock
  /// An environment file came into force; was refused, the last good one staying in force; vanished.
  case adopted, refused, released
  /// An action is about to begin (recorded before its effect); took place; failed; was cut short by a crash.
  case intended, done, failed, interrupted
  /// An action took place, but the next look planned it again: what it was to change is not changed.
  case unconfirmed
  /// Looks at the resource fail; succeed again.
  case unknown, known
  /// A plan's first action waits for a person or a window.
  case waiting
  /// Something is not as it should be and steward alone cannot mend it; it is mended.
  case finding, cleared
  /// More or less of the resource is in use than before.
  case usage
  /// People's requests: overrides, suspensions, demands for an action, approvals, reads of a secret.
  case opened, closed, ended, suspended, resumed, requested, approved, revealed
  /// An approval counts no more: what it was given for is no longer planned, or its time is over.
  case lapsed
  /// A request was refused: by role, or because it makes no sense.
  case denied

  /// The first part of the event's name where no controller gives it.
  var room: String {
    switch self {
    case .started, .stopping, .clock: "daemon"
    case .adopted, .refused, .released: "files"
    default: "people"
    }
  }
}

/// How much something matters.
public enum Severity: String, Sendable, Codable, Comparable, CaseIterable {
  case info
  case notice
  case warning
  case critical

  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .info: 0
    case .notice: 1
    case .warning: 2
    case .critical: 3
    }
  }
}
