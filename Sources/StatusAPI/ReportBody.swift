public import Calendar

/// The answer to `GET /v1/report`: what was done in a stretch of time, what waited, what failed, who asked for what, and
/// what comes next. All of it follows from the events and from the files as they stand.
public struct ReportBody: Codable, Sendable, Hashable {
  /// The moment at which it was made.
  public var at: Instant
  /// The first moment of the stretch.
  public var from: Instant
  /// The end of the stretch.
  public var to: Instant
  /// How many events were read.
  public var events: Int
  /// Whether there were more events than one report reads: then what happened last is missing.
  public var isCutOff: Bool
  /// How often the daemon began in it.
  public var starts: Int
  /// The environments, by name.
  public var environments: [ReportedEnvironment]
  /// What waited for a person or a window, the longest first.
  public var waits: [ReportedWait]
  /// What was not as it should be, the worst first.
  public var findings: [ReportedFinding]
  /// What was tried and failed, the worst first.
  public var failures: [ReportedFailure]
  /// What people asked for and did, the oldest first; the newest ``rowsMax``.
  public var deeds: [ReportedDeed]
  /// What was refused to people.
  public var refusals: [ReportedRefusal]
  /// What else one should know: files that came into force or were refused, restarts, actions in doubt.
  public var notes: [ReportedDeed]
  /// What comes in as many days as the stretch has, at most in 31.
  public var coming: ForecastBody

  /// The most rows of each list: who wants to see everything reads the events.
  public static let rowsMax = 200

  /// All members, as documented above.
  public init(
    at: Instant, from: Instant, to: Instant, events: Int, isCutOff: Bool, starts: Int,
    environments: [ReportedEnvironment], waits: [ReportedWait], findings: [ReportedFinding],
    failures: [ReportedFailure], deeds: [ReportedDeed], refusals: [ReportedRefusal], notes: [ReportedDeed],
    coming: ForecastBody
  ) {
    self.at = at
    self.from = from
    self.to = to
    self.events = events
    self.isCutOff = isCutOff
    self.starts = starts
    self.environments = environments
    self.waits = waits
    self.findings = findings
    self.failures = failures
    self.deeds = deeds
    self.refusals = refusals
    self.notes = notes
    self.coming = coming
  }
}
