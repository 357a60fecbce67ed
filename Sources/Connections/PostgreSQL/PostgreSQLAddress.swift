public import Specification

/// Where a PostgreSQL server is, and as whom steward looks after it.
public struct PostgreSQLAddress: Sendable, Hashable, CustomStringConvertible {
  /// The name of a host, its address, or the folder of its Unix socket; empty where ``patroni`` tells.
  public let host: String
  /// The port; with a socket it is a part of the socket's name.
  public let port: Int
  /// The database to log in to.
  public let database: String
  /// The role that may change others.
  public let admin: String
  /// The secret of the same environment that is the administrator's password; nil where the server knows the daemon's user
  /// by itself (`peer`).
  public let adminSecret: String?
  /// Whether nothing may be said in the clear on the way.
  public let isEncrypted: Bool
  /// The REST interfaces of the members, one of which leads; empty where Patroni does not run the server.
  public let patroni: [String]

  static let defaultPort = 5432
  static let defaultName = "postgres"

  /// This address.
  public init(
    host: String, port: Int = 5432, database: String = "postgres", admin: String = "postgres",
    adminSecret: String? = nil, isEncrypted: Bool = false, patroni: [String] = []
  ) {
    self.host = host
    self.port = port
    self.database = database
    self.admin = admin
    self.adminSecret = adminSecret
    self.isEncrypted = isEncrypted
    self.patroni = patroni
  }

  /// Whether it is reached without a network.
  public var isLocal: Bool { host.hasPrefix("/") }

  /// Where the server is reached, each way of several.
  public var places: [String] { host.isEmpty ? patroni : ["\(self)"] }

  public var description: String {
    if host.isEmpty { return patroni.joined(separator: ", ") }
    return isLocal ? "\(host)/.s.PGSQL.\(port)" : "\(host):\(port)"
  }

  /// The same at the member of a cluster that leads.
  /// - Throws: ``PostgreSQLError`` while none does.
  public func leading(_ cluster: PatroniCluster) throws -> PostgreSQLAddress {
    guard let place = cluster.leader?.address else {
      let members = cluster.members.map { "\($0.name) is \($0.role), \($0.state)" }
      throw PostgreSQLError("no member of the cluster leads: \(members.joined(separator: "; "))")
    }
    return PostgreSQLAddress(
      host: place.host, port: place.port, database: database, admin: admin, adminSecret: adminSecret,
      isEncrypted: isEncrypted)
  }

  /// The address in an entry of the section `database`: `socket` (a folder), `host` or `patroni`, `port`, `name`, `admin` and
  /// `admin password`. nil where it has none of the first three; what is wrong is recorded with `reader`.
  /// - Parameter encrypted: what is written so there.
  public init?(_ reader: MappingReader, encrypted: String?) {
    let socket = reader.path("socket")
    let host = reader.text("host")
    let port = reader.integer("port", in: 1...65_535)
    let name = reader.name("name")
    let admin = reader.name("admin")
    let adminSecret = reader.name("admin password")
    if socket != nil, host != nil {
      reader.refuse("host", "`host` and `socket` are two ways to one server; write one of them")
    }
    let patroni = reader.list("patroni") { node throws(Misreading) in
      let text = try node.text()
      guard text.hasPrefix("http://") || text.hasPrefix("https://"), !text.hasSuffix("/") else {
        throw Misreading(
          "a member's REST interface as `http://10.0.0.1:8008` is wanted, not \(text)", at: node.place)
      }
      return text
    }
    if let other = ["socket", "host", "port"].first(where: reader.has), patroni != nil {
      reader.refuse(other, "`\(other)` has no place beside `patroni`, which tells where the leader is")
    }
    guard let place = socket ?? host ?? patroni.map({ _ in "" }) else {
      for key in ["port", "name", "admin", "admin password"] where reader.has(key) {
        reader.refuse(
          key,
          "`\(key)` says how a server is reached; write where it is too, as `socket: /run/postgresql` or `host`"
        )
      }
      return nil
    }
    self.init(
      host: place, port: port ?? Self.defaultPort, database: name ?? Self.defaultName,
      admin: admin ?? Self.defaultName, adminSecret: adminSecret,
      isEncrypted: socket == nil && encrypted != nil && encrypted != "at rest", patroni: patroni ?? [])
  }
}
