/// The bounds within which the reducer acts, each with its reason.
public struct Limits: Sendable, Hashable {
  /// Actions under way at once in one environment: enough to mend an outage quickly, few enough that a mistake in a
  /// file does not reach everything before somebody sees it.
  public var actionsPerEnvironment = 8
  /// How old an observation may be for an action to begin on it. An older one is renewed first.
  public var freshness = Duration.seconds(2)
  /// The longest time between two looks at a resource, so that drift that no event announces is seen. Nil in a
  /// forecast, where nothing drifts.
  public var lookEvery: Duration? = .seconds(60)
  /// Whether what is unknown is looked at again by time alone. Not in a forecast, where it stays unknown.
  public var looksAgain = true
  /// How many rounds the facts of one environment may take to settle within one step.
  public var factRounds = 8
  /// How far ahead an override may end: what should hold for longer belongs in the file.
  public var overrideLongest = Duration.seconds(31 * 86_400)

  /// The bounds of a daemon.
  public init() {}
}
