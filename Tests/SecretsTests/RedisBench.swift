import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Redis
import SecretStore

@testable import Secrets

/// A workshop whose secret is the password of a user in real Redis servers, which let in nobody else but an administrator
/// who may do no more than what the README asks for.
final class RedisBench: Sendable {
  let workshop: Workshop
  let servers: [RedisServer]
  let topology: String
  let role: String
  let overlap: String
  /// The secret that is the administrator's password.
  let login: String
  let client = RedisClient(SubprocessRunner())

  static let admin = RedisLogin(user: "steward", password: "the administrator's")
  static let rights =
    "+acl|getuser +acl|setuser +acl|save +config|get +config|rewrite +info +client|list +client|kill +multi +exec"

  /// A bench with the users made as an operator would.
  convenience init(
    _ servers: RedisServer..., role: String = "web", overlap: String = "1d", login: String = "REDIS"
  ) async throws {
    try await self.init(servers, role: role, overlap: overlap, login: login)
  }

  /// The same with servers of one topology.
  init(
    _ servers: [RedisServer], topology: String = "single", role: String = "web", overlap: String = "1d",
    login: String = "REDIS"
  ) async throws {
    self.topology = topology
    workshop = try Workshop()
    self.login = login
    self.servers = servers
    self.role = role
    self.overlap = overlap
    for server in servers { try await Self.settle(server, role) }
    let id = SecretID(environment: "staging", name: login)
    let made = try await workshop.sealed.add(
      Secret(Self.admin.password), to: id, at: workshop.clock.now, user: nil)
    for phase in [SecretVersion.Phase.set, .tested, .current] {
      try await workshop.sealed.mark(id, version: made.number, as: phase, overlapUntil: nil)
    }
  }

  private static func settle(_ server: RedisServer, _ role: String) async throws {
    let client = RedisClient(SubprocessRunner())
    let address = RedisAddress.socket(server.socket)
    let rights = rights.split(separator: " ").map(String.init)
    // A server of another bench lets in nobody but the administrator by now.
    let isNew = try? await client.ask(address, "PING")
    _ = try await client.ask(
      address, as: isNew == nil ? admin : nil,
      [
        ["ACL", "SETUSER", "steward", "on", ">" + admin.password] + rights,
        role == "steward" ? ["PING"] : ["ACL", "SETUSER", role, "on", "~*", "&*", "+@all", "-@admin"],
        ["ACL", "SETUSER", "default", "off"],
      ])
    _ = try await client.ask(address, as: admin, [["ACL", "SAVE"], ["CONFIG", "REWRITE"]])
  }

  var header: EnvironmentHeader {
    var header = EnvironmentHeader.staging()
    header.servers = ["cache/main": server.node(line: 50)]
    return header
  }

  /// By TLS where the servers speak that, else over their sockets.
  var server: Written {
    let trust = servers[0].certificate?.authority
    let addresses = servers.map { trust == nil ? $0.socket : "127.0.0.1:\($0.port)" }
    let entries: [(String, Written)] = [
      ("kind", "redis"), ("topology", .text(topology)), ("servers", .list(addresses.map { .text($0) })),
      ("login", ["user": "steward", "password": .text(login)]),
    ]
    return .mapping(entries + (trust.map { [("trust", .text($0))] } ?? []))
  }

  var section: Written {
    [
      "API_KEY": [
        "kind": "database-password", "every": "30d", "in": "cache/main", "role": .text(role),
        "overlap": .text(overlap), "file": .text(workshop.path("srv/CACHE.env")),
      ]
    ]
  }

  func keeper(_ controller: SecretsController? = nil, after events: [Event] = []) async throws -> Keeper {
    let keeper = Keeper(workshop, controller, after: events)
    try await keeper.adopt(section, of: header)
    return keeper
  }

  /// What an operator types at a server, as its administrator.
  @discardableResult
  func ask(_ index: Int = 0, as login: RedisLogin = admin, _ words: String...) async throws -> RedisReply {
    try await client.ask(.socket(servers[index].socket), as: login, [words])[0]
  }

  /// The hashes of the passwords that a server takes for the user.
  func passwords(at index: Int = 0) async throws -> Set<String> {
    RedisUser(try await ask(index, "ACL", "GETUSER", role))?.passwords ?? []
  }

  /// What stands in the env file.
  var delivered: [String: String] {
    var variables: [String: String] = [:]
    for line in (workshop.text("srv/CACHE.env") ?? "").split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { variables[parts[0]] = parts[1] }
    }
    return variables
  }

  /// Whether a server takes a password, as a client finds out.
  func takes(_ password: String?, at index: Int = 0) -> Bool {
    RedisSession(servers[index].socket)?.login(role, password ?? "") ?? false
  }

  /// Whether a client that follows the file logs in, wherever it goes.
  func followerLogsIn() -> Bool {
    let now = delivered
    return now["API_KEY_USER"] == role && servers.indices.allSatisfy { takes(now["API_KEY"], at: $0) }
  }

  var versions: [SecretVersion] {
    get async throws {
      try await workshop.sealed.versions(of: SecretID(environment: "staging", name: "API_KEY"))
    }
  }
}
