/// The bounds within which the socket is served, each with its reason. No peer, however slow, greedy or
/// malformed, may cost another one more than a moment.
public struct ServerLimits: Sendable, Hashable {
  /// The largest body of a request: the largest honest one is a reason of 4,000 bytes and some names.
  public var bodyBytesMax = 64 * 1024
  /// The most bytes of a request's line and headers together.
  public var headerBytesMax = 16 * 1024
  /// The most headers of a request; curl sends three.
  public var headersMax = 64
  /// The most connections at once: half of the 1,024 descriptors that a process has where nobody raised the
  /// limit.
  public var connectionsMax = 512
  /// The most connections of one user. When one more comes, the one that has waited longest without asking
  /// anything is closed, so that forgotten connections lock nobody out.
  public var connectionsPerUserMax = 256
  /// How long a new connection, or one whose request has begun, may take until the request is complete.
  public var requestWithin = Duration.seconds(10)
  /// How long a connection may be kept between two requests: `steward status --watch` asks every few seconds.
  public var idleWithin = Duration.seconds(60)
  /// How long a peer may leave a full socket unread.
  public var unreadWithin = Duration.seconds(30)
  /// The most followers of the event log, in all and of one user: each costs a task and a stream for hours.
  public var followersMax = 128
  /// The most followers of one user: a few terminals and a script.
  public var followersPerUserMax = 32
  /// The longest silence on a followed stream.
  public var heartbeatEvery = Duration.seconds(15)
  /// The most requests of one connection that are begun and not answered: `curl` has one, and whoever pipelines some.
  public var requestsAheadMax = 16
  /// The most bytes that are read of a connection at once.
  public var readAheadBytesMax = 16 * 1024
  /// How long a forecast may be worked out, and what is like one: each takes a core, and the daemon needs one. What has
  /// not ended by then is told as far as it came.
  public var forecastWithin = Duration.seconds(5)
  /// How many users may wait for theirs while another one's is worked out.
  public var waitingMax = 16
  /// The farthest forecast.
  public var forecastDaysMax = 366
  /// The most lines of a forecast: what nobody reads to its end need not be sent.
  public var forecastLinesMax = 10_000
  /// The longest stretch of a report.
  public var reportDaysMax = 366
  /// How far ahead a report looks, however long its stretch was.
  public var reportAheadDaysMax = 31
  /// The most events of its stretch that a report reads: a busy year is told in part, and says so.
  public var reportEventsMax = 2_000_000
  /// How many events from before its stretch are read for how things stood then.
  public var reportStandingMax = 5_000
  /// The most lines of what comes that stand in a report.
  public var reportLinesMax = 500
  /// The most events in one answer; who wants more asks again with `after`.
  public var eventsMax = 1_000
  /// The longest reason, in bytes of UTF-8: a letter may bear any number of marks.
  public var reasonBytesMax = 4_000
  /// The longest digest of a plan: it has twelve digits.
  public var digestBytesMax = 64
  /// How long an answer may be given again, and who a caller is be remembered, while nothing has changed: the answer's
  /// `at` moves on.
  public var answerFor = Duration.milliseconds(500)
  /// How long connections may take to finish when the server stops.
  public var farewell = Duration.seconds(2)

  /// The bounds of a daemon.
  public init() {}
}
