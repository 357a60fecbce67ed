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

  /// What the file system of its data has left, in bytes; nil where it is not on this machine, or cannot be seen.
  public var freeBytes: Int64?
  /// Who gets in; nil where no `access` is written, and nobody looked.
  public var access: DatabaseAccess?

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
  /// Whether Patroni was told never to let it lead (`nofailover`).
  public var neverLeads: Bool?

  /// A member as seen.
  public init(name: String, role: String, state: String, neverLeads: Bool? = nil) {
    self.name = name
    self.role = role
    self.state = state
    self.neverLeads = neverLeads
  }
}

/// Who gets into a server, as far as `access` asks.
public struct DatabaseAccess: Sendable, Codable, Equatable {
  /// Superusers that may log in, beside steward's own, the one that the cluster was made with, and those that belong to a
  /// role with full access.
  public var superusers: [String] = []
  /// Those roles of `access` that it has.
  public var roles: [DatabaseRole] = []
  /// The lines of pg_hba.conf that let in more than they should; nil where steward's role may not read it.
  public var rules: [DatabaseRule]?

  /// A server that nobody gets into.
  public init() {}
}

/// A role as the server has it.
public struct DatabaseRole: Sendable, Codable, Equatable {
  /// Its name.
  public var name: String
  /// What it may do but read, in words: `create roles`, `write in 3 tables, such as public.users` …
  public var rights: [String]
  /// Who may log in with its rights for ever.
  public var lasting: [String]

  /// A role as seen.
  public init(name: String, rights: [String] = [], lasting: [String] = []) {
    self.name = name
    self.rights = rights
    self.lasting = lasting
  }
}

/// A line of pg_hba.conf.
public struct DatabaseRule: Sendable, Codable, Equatable {
  /// Its number.
  public var line: Int
  /// What it says.
  public var text: String
  /// Whether it asks for no password.
  public var trusts: Bool
  /// Whether it is for other machines.
  public var isRemote: Bool

  /// A line as seen.
  public init(line: Int, text: String, trusts: Bool, isRemote: Bool) {
    self.line = line
    self.text = text
    self.trusts = trusts
    self.isRemote = isRemote
  }
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
