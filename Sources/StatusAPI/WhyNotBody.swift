public import Calendar

/// The answer to `GET /v1/why/not`: why an action is not being done.
public struct WhyNotBody: Codable, Sendable, Hashable {
  /// The moment that it describes.
  public var at: Instant
  /// The zone in which the environment's hours are meant.
  public var timezone: String
  /// The action that was asked about: `rotate`.
  public var verb: String
  /// `unknown-action`: the section has no such action, `known` names those it has. `under-way`: it is being done.
  /// `free`: nothing is in its way. `blind`: nothing is known of the resource, `blind` says why. `needs`: one of
  /// `ways`. `nothing`: there is nothing for it to do, and nothing within the search's limits would change that.
  public var verdict: String
  /// The resource, and what is planned for it.
  public var resource: ResourceBody
  /// The rules, each with its line: what an edit would change.
  public var rules: [ReasonBody]
  /// The actions that the section has.
  public var known: [String]
  /// What begins before it, where nothing is in its way.
  public var after: [String]
  /// Why nothing is known.
  public var blind: WaitBody?
  /// The sets of conditions that it needs, those with the fewest first.
  public var ways: [WayBody]
  /// Whether the search was cut off by its limits.
  public var isCutOff: Bool
  /// How many days ahead time was run.
  public var horizonDays: Int

  /// All members, as documented above.
  public init(
    at: Instant, timezone: String, verb: String, verdict: String, resource: ResourceBody,
    rules: [ReasonBody], known: [String] = [], after: [String] = [], blind: WaitBody? = nil,
    ways: [WayBody] = [], isCutOff: Bool, horizonDays: Int
  ) {
    self.at = at
    self.timezone = timezone
    self.verb = verb
    self.verdict = verdict
    self.resource = resource
    self.rules = rules
    self.known = known
    self.after = after
    self.blind = blind
    self.ways = ways
    self.isCutOff = isCutOff
    self.horizonDays = horizonDays
  }
}

/// One set of conditions none of which could be left out.
public struct WayBody: Codable, Sendable, Hashable {
  /// The conditions that do not hold, with who ends each.
  public var conditions: [WaitBody]
  /// The earliest moment at which all can hold, where people do their part now; nil where nobody can say.
  public var earliest: Instant?
  /// Whether time alone brings it.
  public var isByItself: Bool
  /// What would begin.
  public var action: String

  /// All members, as documented above.
  public init(conditions: [WaitBody], earliest: Instant? = nil, isByItself: Bool, action: String) {
    self.conditions = conditions
    self.earliest = earliest
    self.isByItself = isByItself
    self.action = action
  }
}
