public import Calendar

/// The answer to `GET /v1/status`: every environment that the caller may see.
public struct StatusBody: Codable, Sendable, Hashable {
  /// The moment that it describes.
  public var at: Instant
  /// The daemon itself.
  public var daemon: DaemonBody
  /// The controllers' names in the order of the table's columns.
  public var controllers: [String]
  /// The environments, by name.
  public var environments: [EnvironmentBody]

  /// All members, as documented above.
  public init(at: Instant, daemon: DaemonBody, controllers: [String], environments: [EnvironmentBody]) {
    self.at = at
    self.daemon = daemon
    self.controllers = controllers
    self.environments = environments
  }
}

/// How the daemon itself stands.
public struct DaemonBody: Codable, Sendable, Hashable {
  /// Its version.
  public var version: String
  /// Its process.
  public var pid: Int32
  /// Since when it runs.
  public var startedAt: Instant
  /// Where it reads what the environments should be.
  public var configurationFolder: String
  /// Where it keeps its log and its secrets.
  public var stateFolder: String
  /// The last event's sequence.
  public var lastSequence: Int64
  /// When its loop last turned; nil before the first turn.
  public var lastTurnAt: Instant?
  /// When it will look at something next, if nothing happens before.
  public var nextWakeAt: Instant?
  /// Why the event log cannot be written, if it cannot: then nothing is done until it can.
  public var logStalled: String?
  /// What is wrong with the configuration as a whole, one line each.
  public var problems: [String]

  /// All members, as documented above.
  public init(
    version: String, pid: Int32, startedAt: Instant, configurationFolder: String, stateFolder: String,
    lastSequence: Int64, lastTurnAt: Instant? = nil, nextWakeAt: Instant? = nil, logStalled: String? = nil,
    problems: [String] = []
  ) {
    self.version = version
    self.pid = pid
    self.startedAt = startedAt
    self.configurationFolder = configurationFolder
    self.stateFolder = stateFolder
    self.lastSequence = lastSequence
    self.lastTurnAt = lastTurnAt
    self.nextWakeAt = nextWakeAt
    self.logStalled = logStalled
    self.problems = problems
  }
}

/// The answer to `GET /v1/version`, for any caller.
public struct VersionBody: Codable, Sendable, Hashable {
  /// The daemon's version.
  public var version: String
  /// The version of the interface, ``APIVersion/current``.
  public var api: Int

  /// All members, as documented above.
  public init(version: String, api: Int) {
    self.version = version
    self.api = api
  }
}
