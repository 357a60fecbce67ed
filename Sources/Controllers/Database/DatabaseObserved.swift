/// What a look at a server finds.
public struct DatabaseObserved: Sendable, Codable, Equatable {
  /// Its version, as `15.16 (Debian …)`; nil where it has no address and nobody looked.
  public var version: String?
  /// Its `cluster_name`; empty where none is set.
  public var name: String = ""
  /// Whether it is a standby.
  public var isStandby = false
  /// What all its databases hold, in bytes.
  public var bytes: Int64 = 0
  /// Those settings that are written, and those that wait for a restart.
  public var settings: [DatabaseSetting] = []
  /// The standbys that follow it now.
  public var standbys: [DatabaseStandby] = []
  /// Whether it takes encrypted connections.
  public var hasTLS = false
  /// How many sessions over the network are not encrypted.
  public var openSessions = 0
  /// Whether pgaudit is loaded.
  public var hasAudit = false
  /// `pgaudit.log`, the classes of statements it writes; empty where it writes none.
  public var audited = ""

  /// The members of the cluster, where Patroni runs it.
  public var members: [DatabaseMember]?
  /// Whether Patroni was told to leave it alone.
  public var isPaused: Bool?

  /// A server of which nothing is known.
  public init() {}
}

/// A setting as the server has it.
public struct DatabaseSetting: Sendable, Codable, Equatable {
  /// Its name.
  public var name: String
  /// Its value, in `unit` where it has one.
  public var value: String
  /// `kB`, `8kB`, `ms`, `s` …; nil where it has none.
  public var unit: String?
  /// `bool`, `integer`, `real`, `string` or `enum`.
  public var type: String
  /// When a change takes effect: `postmaster` at a restart, `internal` never.
  public var context: String
  /// Where the value comes from: `default`, `configuration file`, `command line` …
  public var source: String
  /// Whether a change waits for a restart.
  public var isPending: Bool

  static let file = "configuration file"

  /// A setting as seen.
  public init(
    name: String, value: String, unit: String? = nil, type: String, context: String, source: String,
    isPending: Bool = false
  ) {
    self.name = name
    self.value = value
    self.unit = unit
    self.type = type
    self.context = context
    self.source = source
    self.isPending = isPending
  }
}

/// A member of a cluster as Patroni tells it.
public struct DatabaseMember: Sendable, Codable, Equatable {
  /// Its name.
  public var name: String
  /// `leader`, `replica`, `sync_standby` …
  public var role: String
  /// `running`, `streaming`, `stopped`, `start failed` …
  public var state: String
}

/// A standby that follows the server.
public struct DatabaseStandby: Sendable, Codable, Equatable {
  /// Its `application_name`, by default its `cluster_name`.
  public var name: String
  /// `streaming`, `catchup` …
  public var state: String
  /// `sync`, `quorum`, `potential` or `async`.
  public var sync: String
  /// How much of the log it has not replayed yet, in bytes.
  public var lagBytes: Int64
  /// How long ago the newest that it replayed was written, in milliseconds; nil where nothing was written lately.
  public var lagMilliseconds: Int64?

  /// A standby as seen.
  public init(name: String, state: String, sync: String, lagBytes: Int64, lagMilliseconds: Int64? = nil) {
    self.name = name
    self.state = state
    self.sync = sync
    self.lagBytes = lagBytes
    self.lagMilliseconds = lagMilliseconds
  }
}
