public import Calendar

/// Something that waited for a person or a window before it might begin.
public struct ReportedWait: Codable, Sendable, Hashable {
  /// Which resource.
  public var scope: String
  /// What waited, and for what.
  public var message: String
  /// Who or what can end it, with the command where there is one.
  public var endedBy: String
  /// Since when.
  public var from: Instant
  /// When it began, or was no longer planned; nil where it still waits.
  public var to: Instant?
  /// Who approved it.
  public var approvedBy: [String]

  /// All members, as documented above.
  public init(
    scope: String, message: String, endedBy: String, from: Instant, to: Instant? = nil, approvedBy: [String]
  ) {
    self.scope = scope
    self.message = message
    self.endedBy = endedBy
    self.from = from
    self.to = to
    self.approvedBy = approvedBy
  }
}

/// Something that was not as it should be: all times that one finding of one resource stood.
public struct ReportedFinding: Codable, Sendable, Hashable {
  /// Which resource.
  public var scope: String
  /// The finding's short name; `unknown` for a look that failed.
  public var code: String
  /// The worst that it was.
  public var severity: String
  /// What was wrong, as it was told last.
  public var message: String
  /// What a person can do about it.
  public var mend: String
  /// The line whose promise was not kept: `environments/staging.yaml:29:80`.
  public var place: String?
  /// How often it came up; 0 where it stood already at the beginning and never came up anew.
  public var times: Int
  /// When it came up first; before the stretch where it stood already.
  public var from: Instant
  /// How long it stood within the stretch, in seconds.
  public var seconds: Int64
  /// Whether it stands at the end.
  public var isOpen: Bool

  /// All members, as documented above.
  public init(
    scope: String, code: String, severity: String, message: String, mend: String, place: String? = nil,
    times: Int, from: Instant, seconds: Int64, isOpen: Bool
  ) {
    self.scope = scope
    self.code = code
    self.severity = severity
    self.message = message
    self.mend = mend
    self.place = place
    self.times = times
    self.from = from
    self.seconds = seconds
    self.isOpen = isOpen
  }
}

/// Something that was tried and failed, as often as it did.
public struct ReportedFailure: Codable, Sendable, Hashable {
  /// Which resource.
  public var scope: String
  /// The kind of action in one word.
  public var verb: String
  /// How much it matters.
  public var severity: String
  /// How it failed the last time.
  public var message: String
  /// How often it failed.
  public var times: Int
  /// When first.
  public var from: Instant
  /// When last.
  public var to: Instant
  /// When the same kind of action was done after all; nil where it was not.
  public var doneAt: Instant?

  /// All members, as documented above.
  public init(
    scope: String, verb: String, severity: String, message: String, times: Int, from: Instant, to: Instant,
    doneAt: Instant? = nil
  ) {
    self.scope = scope
    self.verb = verb
    self.severity = severity
    self.message = message
    self.times = times
    self.from = from
    self.to = to
    self.doneAt = doneAt
  }
}

/// One event that is told as it stands in the log.
public struct ReportedDeed: Codable, Sendable, Hashable {
  /// Its place in the log.
  public var sequence: Int64
  /// When.
  public var at: Instant
  /// Who: `steward` for the daemon, else a Unix user.
  public var actor: String
  /// What kind of event it is.
  public var kind: String
  /// How much it matters.
  public var severity: String
  /// To what; nil for the daemon itself.
  public var scope: String?
  /// What, in one line.
  public var message: String

  /// All members, as documented above.
  public init(
    sequence: Int64, at: Instant, actor: String, kind: String, severity: String, scope: String? = nil,
    message: String
  ) {
    self.sequence = sequence
    self.at = at
    self.actor = actor
    self.kind = kind
    self.severity = severity
    self.scope = scope
    self.message = message
  }
}

/// Something that was refused to somebody, as often as it was.
public struct ReportedRefusal: Codable, Sendable, Hashable {
  /// To whom.
  public var actor: String
  /// What, and why.
  public var message: String
  /// How often.
  public var times: Int
  /// When last.
  public var lastAt: Instant

  /// All members, as documented above.
  public init(actor: String, message: String, times: Int, lastAt: Instant) {
    self.actor = actor
    self.message = message
    self.times = times
    self.lastAt = lastAt
  }
}
