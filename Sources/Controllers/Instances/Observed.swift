public import Calendar
public import Host

/// What a look at the instances of one entry finds.
public struct InstancesObserved: Sendable, Hashable, Codable {
  /// What runs and bears the mark of this entry, by index, then by start.
  public var running: [ObservedInstance]
  /// How the last process of each index ended that nobody had asked to end, by index.
  public var ended: [EndedInstance]
  /// The units that cannot be started, by index; nil where all can, and where the daemon itself keeps them.
  public var hindered: [Hindrance]?
  /// The first unit whose file, or a drop-in of it, is newer than what systemd goes by; nil where none is.
  public var stale: String?
  /// What they bear together; nil where their number does not follow it, and while there is nothing to measure.
  public var load: ObservedLoad?

  /// An observation of these.
  public init(running: [ObservedInstance] = [], ended: [EndedInstance] = []) {
    self.running = running
    self.ended = ended
  }
}

/// One process, with its session, that was started as an instance.
public struct ObservedInstance: Sendable, Hashable, Codable {
  /// Which instance it was started as.
  public var index: Int
  /// Which process: the leader of its session, or a unit's main process, with the moment of its start in microseconds
  /// where a child has ticks.
  public var process: ProcessIdentity
  /// When it was started, as the daemon that started it wrote.
  public var startedAt: Instant
  /// What it was started with; see ``InstancesSpec``.
  public var revision: String
  /// The versions of the secrets that it was given.
  public var secrets: [SecretGrant]
  /// What it uses, in coarse steps; nil before it could be measured.
  public var use: CoarseUse?
  /// Why systemd does not count it as ready yet, `it is starting (start)`; nil where it does, or nobody asks it.
  public var notReady: String?

  /// A process that runs.
  public init(
    index: Int, process: ProcessIdentity, startedAt: Instant, revision: String, secrets: [SecretGrant] = [],
    use: CoarseUse? = nil, notReady: String? = nil
  ) {
    self.index = index
    self.process = process
    self.startedAt = startedAt
    self.revision = revision
    self.secrets = secrets
    self.use = use
    self.notReady = notReady
  }
}

/// How an instance ended by itself.
public struct EndedInstance: Sendable, Hashable, Codable {
  /// Which instance it was.
  public var index: Int
  /// When it ended.
  public var endedAt: Instant
  /// How: `exited with 3`, `was ended by SIGSEGV`.
  public var end: String
  /// How many in a row ended soon after their start, this one included.
  public var quickDeaths: Int
  /// What it was started with.
  public var revision: String
  /// The last lines of its output, secrets masked; at most ``linesMax`` of at most ``lineCharactersMax``.
  public var lastLines: [String]

  /// More lines than a person reads in a status table help nobody; the whole output is in its file.
  public static let linesMax = 5
  /// As much as fits a terminal twice.
  public static let lineCharactersMax = 200
  /// An end later than this after the start is no quick one: the same as the kernel's back-off, which starts over then.
  public static let quick = Duration.seconds(60)

  /// An end.
  public init(
    index: Int, endedAt: Instant, end: String, quickDeaths: Int, revision: String, lastLines: [String] = []
  ) {
    self.index = index
    self.endedAt = endedAt
    self.end = end
    self.quickDeaths = quickDeaths
    self.revision = revision
    self.lastLines = lastLines
  }
}
