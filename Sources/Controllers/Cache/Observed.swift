public import Redis

/// What a look at a cache finds: each of its servers, and what its sentinels say.
public struct CacheObserved: Sendable, Codable, Equatable {
  /// The written servers, in the order of the file.
  public var servers: [SeenServer]
  /// The written sentinels, in the order of the file.
  public var sentinels: [SeenSentinel]

  /// Such a cache.
  public init(servers: [SeenServer], sentinels: [SeenSentinel] = []) {
    self.servers = servers
    self.sentinels = sentinels
  }

  /// Those that answered.
  var answering: [(address: RedisAddress, state: ServerState)] {
    servers.compactMap { server in server.state.map { (server.address, $0) } }
  }

  mutating func change(_ address: RedisAddress, _ body: (inout ServerState) -> Void) {
    for index in servers.indices where servers[index].address == address {
      guard var state = servers[index].state else { continue }
      body(&state)
      servers[index].state = state
    }
  }
}

/// One server as a look found it.
public struct SeenServer: Sendable, Codable, Equatable {
  /// Where it is written to listen.
  public var address: RedisAddress
  /// What it said of itself; nil where it did not answer.
  public var state: ServerState?
  /// Why it did not.
  public var problem: String?

  /// A server that said this, or why it said nothing.
  public init(_ address: RedisAddress, state: ServerState? = nil, problem: String? = nil) {
    self.address = address
    self.state = state
    self.problem = problem
  }
}

/// What a server says of itself (INFO, CONFIG GET, CLUSTER INFO).
public struct ServerState: Sendable, Codable, Equatable {
  /// `redis_version`.
  public var version: String
  /// Whether it is written to.
  public var isPrimary: Bool
  /// Which server it follows, as `host:port`; nil for a primary.
  public var follows: String?
  /// Whether it hears from that one; nil for a primary.
  public var isLinked: Bool?
  /// How many follow it and hear from it.
  public var followers: Int
  /// How far it is behind, in bytes of the stream; nil where that cannot be told.
  public var lagBytes: Int64?
  /// What its keys take.
  public var usedBytes: Int64
  /// The settings that steward keeps, by their names in redis.conf.
  public var settings: [String: String]
  /// Whether its last snapshot was written, and its last append to the file.
  public var isSaved: Bool, isAppended: Bool
  /// Of a cluster: whether it serves all keys; nil outside of one.
  public var isClusterWhole: Bool?

  /// A server that says this.
  public init(
    version: String, isPrimary: Bool, follows: String? = nil, isLinked: Bool? = nil, followers: Int = 0,
    lagBytes: Int64? = nil, usedBytes: Int64 = 0, settings: [String: String] = [:], isSaved: Bool = true,
    isAppended: Bool = true, isClusterWhole: Bool? = nil
  ) {
    self.version = version
    self.isPrimary = isPrimary
    self.follows = follows
    self.isLinked = isLinked
    self.followers = followers
    self.lagBytes = lagBytes
    self.usedBytes = usedBytes
    self.settings = settings
    self.isSaved = isSaved
    self.isAppended = isAppended
    self.isClusterWhole = isClusterWhole
  }
}

/// One sentinel as a look found it.
public struct SeenSentinel: Sendable, Codable, Equatable {
  /// Where it is written to listen.
  public var address: RedisAddress
  /// Which server it says is written to, as `host:port`; nil where it did not answer, or does not know the cache.
  public var primary: String?
  /// Why there is none; or why it could not fail over (`SENTINEL CKQUORUM`).
  public var problem: String?

  /// A sentinel that says this.
  public init(_ address: RedisAddress, primary: String? = nil, problem: String? = nil) {
    self.address = address
    self.primary = primary
    self.problem = problem
  }
}
