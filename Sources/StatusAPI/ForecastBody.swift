public import Calendar

/// The answer to `GET /v1/forecast`: what will happen if nobody does anything and every action takes.
public struct ForecastBody: Codable, Sendable, Hashable {
  /// The first moment.
  public var from: Instant
  /// The last moment.
  public var to: Instant
  /// What happens, in order.
  public var lines: [ForecastLine]
  /// Whether there was more than an answer holds, or more than could be worked out.
  public var isCutOff: Bool

  /// All members, as documented above.
  public init(from: Instant, to: Instant, lines: [ForecastLine], isCutOff: Bool) {
    self.from = from
    self.to = to
    self.lines = lines
    self.isCutOff = isCutOff
  }
}

/// One line of a forecast.
public struct ForecastLine: Codable, Sendable, Hashable {
  /// When.
  public var at: Instant
  /// To what; nil for the daemon itself.
  public var scope: String?
  /// `intended` for an action, `finding`, `cleared`, `waiting`, `unknown` …: an event's kind.
  public var kind: String
  /// The action's kind in one word; nil where it is no action.
  public var verb: String?
  /// The action's risk; nil where it is no action.
  public var risk: String?
  /// How much it matters.
  public var severity: String
  /// What, in one line.
  public var message: String

  /// All members, as documented above.
  public init(
    at: Instant, scope: String? = nil, kind: String, verb: String? = nil, risk: String? = nil,
    severity: String, message: String
  ) {
    self.at = at
    self.scope = scope
    self.kind = kind
    self.verb = verb
    self.risk = risk
    self.severity = severity
    self.message = message
  }
}
