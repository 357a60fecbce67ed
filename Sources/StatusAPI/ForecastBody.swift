public import Calendar

/// The answer to `GET /v1/forecast`: what will happen if nobody does anything and every action takes.
public struct ForecastBody: Codable, Sendable, Hashable {
  /// The first moment.
  public var from: Instant
  /// The last moment, or how far it came where it was cut off.
  public var to: Instant
  /// What happens, by its first moment.
  public var lines: [ForecastLine]
  /// How many lines more there would have been than an answer holds.
  public var linesLeftOut: Int
  /// Whether more happens than could be worked out: then `to` says how far it came.
  public var isCutOff: Bool
  /// What it costs, by environment; only those for which prices are written.
  public var costs: [CostBody]

  /// All members, as documented above.
  public init(
    from: Instant, to: Instant, lines: [ForecastLine], linesLeftOut: Int = 0, isCutOff: Bool,
    costs: [CostBody]
  ) {
    self.from = from
    self.to = to
    self.lines = lines
    self.linesLeftOut = linesLeftOut
    self.isCutOff = isCutOff
    self.costs = costs
  }
}

/// One line of a forecast: something that happens once, or often and alike.
public struct ForecastLine: Codable, Sendable, Hashable {
  /// When, for the first time.
  public var at: Instant
  /// How often.
  public var count: Int
  /// When for the last time.
  public var last: Instant
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
  /// What, in one line; of several, the first.
  public var message: String
  /// The rule that leads to it: `open: Mon..Fri 07:00-20:00`.
  public var rule: String?
  /// Where that rule, or the promise that is not kept, stands in the files.
  public var place: PlaceBody?
  /// When a wait ends by itself.
  public var until: Instant?

  /// All members, as documented above.
  public init(
    at: Instant, count: Int = 1, last: Instant? = nil, scope: String? = nil, kind: String,
    verb: String? = nil,
    risk: String? = nil, severity: String, message: String, rule: String? = nil, place: PlaceBody? = nil,
    until: Instant? = nil
  ) {
    self.at = at
    self.count = count
    self.last = last ?? at
    self.scope = scope
    self.kind = kind
    self.verb = verb
    self.risk = risk
    self.severity = severity
    self.message = message
    self.rule = rule
    self.place = place
    self.until = until
  }
}
