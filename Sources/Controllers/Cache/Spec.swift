public import Reconciliation
public import Redis
public import Specification

/// What the operator wrote of one cache.
///
///     cache:
///       main: {kind: redis, topology: replicated, failover: automatic,
///              servers: [10.0.0.1:6379, 10.0.0.2:6379], sentinels: [10.0.0.1:26379], sentinel name: main,
///              memory: 2 GB, when full: allkeys-lru, persistence: snapshots, login: {user: steward, password: REDIS}}
public struct CacheSpec: Sendable, Hashable {
  /// How servers stand to each other.
  public enum Topology: String, Sendable, CaseIterable {
    /// One server.
    case single
    /// One that is written to, and others that follow it.
    case replicated
    /// Several that each hold a part of the keys (Redis Cluster).
    case cluster
  }

  /// Who takes over when the one that is written to is gone.
  public enum Failover: String, Sendable, CaseIterable {
    /// Nobody.
    case none
    /// Sentinels, or the cluster itself.
    case automatic
  }

  /// What is kept over a restart of a server, by Redis' own words.
  public enum Persistence: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// RDB files, each some time after the last.
    case snapshots
    /// An append-only file, by which at most a second is lost.
    case appendOnly = "append-only"
    /// Both.
    case both

    var hasSnapshots: Bool { self == .snapshots || self == .both }
    var isAppendOnly: Bool { self == .appendOnly || self == .both }
  }

  /// `topology:`.
  public var topology: Topology
  /// `failover:`.
  public var failover: Failover
  /// `servers:`, every one of them.
  public var servers: [RedisAddress]
  /// `sentinels:`; empty unless they are what fails over.
  public var sentinels: [RedisAddress]
  /// `sentinel name:`, by which the sentinels know this cache.
  public var sentinelName: String?
  /// `memory:`, how much each server may use for its keys (maxmemory). Nil: not kept.
  public var memory: ByteCount?
  /// `when full:`, what goes then (maxmemory-policy). Nil: not kept.
  public var whenFull: String?
  /// `persistence:`. Nil: not kept.
  public var persistence: Persistence?
  /// `login:`; nil where the servers let everybody in who reaches them.
  public var login: RedisServers.Login?
  /// `trust:`, root certificates of the servers' and the sentinels' authority; nil where they speak in the clear.
  public var trust: String?

  /// maxmemory-policy's words (redis.conf).
  static let policies = [
    "noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-lfu",
    "volatile-random", "volatile-ttl",
  ]
}

extension CacheController {
  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<CacheSpec>] {
    MappingReader.entries(of: section, path: name, mistakes: mistakes).compactMap { entry in
      let reader = MappingReader(entry.node, path: "\(name)/\(entry.name.text)", mistakes: mistakes)
      defer { reader.close() }
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return spec(reader).map { Resource(id, spec: $0, node: entry.node) }
    }
  }

  public static func claims(of resource: Resource<CacheSpec>) -> [Claim] {
    resource.spec.servers.map { Claim("\($0)", by: "servers", instead: "a server is of one cache") }
  }

  private static func spec(_ reader: MappingReader) -> CacheSpec? {
    _ = reader.choice("kind", of: ["redis"], .required)
    let topology = reader.choice("topology", CacheSpec.Topology.self, .required)
    let failover = reader.choice("failover", CacheSpec.Failover.self) ?? .none
    let servers = RedisServers(reader)
    let sentinels = RedisServers.addresses("sentinels", of: reader, .optional)
    let sentinelName = reader.name("sentinel name")
    let memory = reader.bytes("memory")
    let whenFull = reader.choice("when full", of: CacheSpec.policies)
    let persistence = reader.choice("persistence", CacheSpec.Persistence.self)
    guard let topology, let servers else { return nil }
    let spec = CacheSpec(
      topology: topology, failover: failover, servers: servers.addresses, sentinels: sentinels ?? [],
      sentinelName: sentinelName, memory: memory, whenFull: whenFull, persistence: persistence,
      login: servers.login, trust: servers.trust)
    check(spec, reader)
    return spec
  }

  /// What is written together must be able to be true.
  private static func check(_ spec: CacheSpec, _ reader: MappingReader) {
    let count = spec.servers.count
    switch spec.topology {
    case .single where count != 1:
      reader.refuse("servers", "`servers`: `topology: single` is one server, not \(count)")
    case .replicated where count < 2:
      reader.refuse("servers", "`servers`: `topology: replicated` is at least two servers; name them all")
    case .cluster where count < 3:
      reader.refuse("servers", "`servers`: a cluster has at least three servers; name them all")
    default: break
    }
    let wantsSentinels = spec.topology == .replicated && spec.failover == .automatic
    if spec.topology == .single, spec.failover == .automatic {
      reader.refuse(
        "failover", "`failover`: one server has nobody to fail over to; write `topology: replicated`")
    }
    for key in ["sentinels", "sentinel name"] {
      if wantsSentinels, !reader.has(key) {
        reader.refuse(
          "failover",
          "`failover: automatic` of a replicated cache is done by sentinels; write `sentinels` and `sentinel name`"
        )
        return
      }
      if !wantsSentinels, reader.has(key) {
        reader.refuse(
          key, "`\(key)` has a place only with `topology: replicated` and `failover: automatic`")
      }
    }
  }
}
