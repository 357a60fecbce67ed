public import Calendar

/// Why an action is not being done: the smallest sets of conditions that, if they held, would make the reducer begin
/// it, and the earliest moment at which they can.
///
/// Nothing of it is told by controllers. The reducer itself is run on copies in which ever larger sets of conditions
/// hold, until one begins the action; what the forecast does with what only time can end gives the moment.
public struct WhyNot: Sendable {
  /// The resource.
  public let id: ResourceID
  /// What was asked about: `rotate`.
  public let word: String
  /// How it stands with it.
  public let verdict: Verdict
  /// Whether the search was cut off by its limits: there may be more, or a smaller set with time in it.
  public let isCutOff: Bool

  /// How it stands with an action.
  public enum Verdict: Sendable {
    /// The controller has no such action; it has these.
    case noSuchAction(known: [String])
    /// It is being done.
    case underWay(Begun)
    /// Nothing is in its way: it begins at the next look, after these.
    case free(after: [String])
    /// Nothing is known of the resource, and nothing is begun on that.
    case blind(Wait)
    /// It needs one of these; the first need the fewest conditions.
    case needs([Way])
    /// No set of conditions within the limits makes it begin: there is nothing for it to do.
    case nothing
  }

  /// One set of conditions none of which could be left out.
  public struct Way: Sendable {
    /// The conditions.
    public let conditions: [Condition]
    /// What each of them is, who ends it and when, in the same order.
    public let waits: [Wait]
    /// The earliest moment at which all can hold, where people do their part now; nil where nobody can say.
    public let earliest: Instant?
    /// What would begin.
    public let action: String
  }

  /// The most conditions in one set: what needs more than these at once is better asked in parts.
  public static let conditionsMax = 4
  /// How far ahead time is run: a year and a month, so that what happens once a year is found.
  public static let horizon = Duration.seconds(400 * 86_400)
  /// How many inputs all runs ahead of one question may take together: about a second of a core.
  public static let stepsMax = 200_000
  /// How many inputs one run may take: an environment that does something every few minutes is looked ahead of for days,
  /// and whoever asks is told that it was cut off.
  public static let runStepsMax = 50_000
  /// How many sets of the same size are told.
  public static let waysMax = 4
}

extension Reconciler {
  /// Why `word` is not being done to `id` at `now`, as far as is found until `isOver` says that it has taken too long.
  public func whyNot(
    _ word: String, _ id: ResourceID, at now: Instant, isOver: @escaping () -> Bool = { false }
  ) -> WhyNot {
    func answer(_ verdict: WhyNot.Verdict, isCutOff: Bool = false) -> WhyNot {
      WhyNot(id: id, word: word, verdict: verdict, isCutOff: isCutOff)
    }
    let words = kinds[id.controller]?.words ?? [:]
    guard let verbs = words[word], let kept = resources[id] else {
      return answer(.noSuchAction(known: words.keys.sorted()))
    }
    if let begun = kept.underWay, verbs.contains(begun.action.verb) { return answer(.underWay(begun)) }
    guard kept.observation?.value != nil else { return answer(.blind(blindness(of: kept))) }
    var search = WhyNotSearch(alone([id.environment]), id, verbs, at: now, isOver: isOver)
    if search.begins(given: []) != nil {
      let before = kept.plan?.actions.prefix { !verbs.contains($0.verb) } ?? []
      return answer(.free(after: before.map(\.description)))
    }
    let ways = search.ways()
    return answer(ways.isEmpty ? .nothing : .needs(ways), isCutOff: search.isCutOff)
  }

  private func blindness(of kept: Kept) -> Wait {
    guard case .unknown(let reason, _)? = kept.observation else {
      return Wait("it has not been looked at yet", endedBy: "the first look", until: kept.wakeAt)
    }
    return Wait(
      "the look fails: \(reason); nothing is begun on what is not known",
      endedBy: "mend what the look fails on; to look at once: steward reconcile \(kept.resource.id)")
  }

  /// The first event by which one of `verbs` begins on `id` from `now` to `end`, were these conditions to hold, and
  /// whether the search for it was cut off, and how many inputs it took: what the forecast says. Time is
  /// one of the conditions where `end` is later than `now`.
  public func beginning(
    of verbs: Set<String>, on id: ResourceID, from now: Instant, to end: Instant,
    given conditions: Set<Condition>, isOver: @escaping () -> Bool = { false }
  ) -> (event: Event?, isCutOff: Bool, steps: Int) {
    let isNow = end <= now
    // The forecast takes what is under way to end well at once; here that is a condition of its own.
    if isNow, resources[id]?.underWay != nil, !conditions.contains(.finished) { return (nil, false, 0) }
    if isNow, !conditions.contains(.room), let environment = environments[id.environment],
      environment.underWay >= limits.actionsPerEnvironment
    {
      return (nil, false, 0)
    }
    var first: Event?
    let run = Forecast(
      of: granting(conditions, to: id, at: now), from: now, to: end, stepsMax: WhyNot.runStepsMax,
      isOver: isOver
    ) { event, _ in
      guard first == nil, event.kind == .intended, event.scope?.resource == id,
        event.body["verb"].text.map(verbs.contains) == true
      else { return }
      first = event
    }
    return (first, run.isCutOff && first == nil, run.steps)
  }
}
