import Calendar
import Fixtures
import Glibc
import Host
import PostgreSQL
import Reconciliation
import SecretStore

@testable import Secrets

/// A workshop whose secret is the password of a role in a real server.
final class DatabaseBench: Sendable {
  let workshop: Workshop
  let cluster: PostgreSQLCluster
  let role: String
  let pause: Bool
  let overlap: String
  /// Whether the role is steward's own, too.
  let isAdmin: Bool
  /// The folder of the socket, as it is written: a link to it follows whichever server leads.
  var socket: String { workshop.path("leader") }

  /// A bench with the roles made as an operator would.
  init(
    _ cluster: PostgreSQLCluster, role: String = "web", pause: Bool = false, overlap: String = "1d",
    makesRoles: Bool = true, isAdmin: Bool = false
  ) throws {
    workshop = try Workshop()
    self.cluster = cluster
    self.role = role
    self.pause = pause
    self.overlap = overlap
    self.isAdmin = isAdmin
    lead(cluster)
    guard makesRoles else { return }
    try cluster.psql("CREATE ROLE \(role) LOGIN")
    if !pause {
      try cluster.psql(
        "CREATE ROLE \(role)_b LOGIN IN ROLE \(role); ALTER ROLE \(role)_b SET role TO \(role)")
    }
  }

  var header: EnvironmentHeader {
    var header = EnvironmentHeader.staging()
    header.guard = Guard(disruptive: .nothing, destructive: .nothing)
    header.servers = ["database/main": server.node(line: 50)]
    return header
  }

  /// Makes another server the one that is reached.
  func lead(_ other: PostgreSQLCluster) {
    unlink(socket)
    symlink(other.socket, socket)
  }

  var server: Written {
    var entries: [(String, Written)] = [
      ("kind", "postgresql"), ("socket", .text(socket)), ("port", .text("\(cluster.port)")),
    ]
    if isAdmin { entries += [("admin", .text(role)), ("admin password", "API_KEY")] }
    return .mapping(entries)
  }

  var section: Written {
    var entries: [(String, Written)] = [
      ("kind", "database-password"), ("every", "30d"), ("in", "database/main"), ("role", .text(role)),
      ("file", .text(workshop.path("srv/DB.env"))),
    ]
    entries.append(pause ? ("pause", "10s") : ("overlap", .text(overlap)))
    return .mapping([("API_KEY", .mapping(entries))])
  }

  func keeper(
    _ controller: SecretsController? = nil, after events: [Event] = []
  ) async throws -> Keeper {
    let keeper = Keeper(workshop, controller, after: events)
    try await keeper.adopt(section, of: header)
    return keeper
  }

  /// A login as a client of the delivered file does it, with a session of its own.
  func login(_ user: String, _ password: String) async -> Bool {
    let server = PostgreSQLServer(PostgreSQLAddress(host: socket, port: cluster.port))
    return (try? await server.session(as: user, password: Secret(password)) { $0.wasAskedForPassword })
      ?? false
  }

  /// What stands in the env file.
  var delivered: [String: String] {
    var variables: [String: String] = [:]
    for line in (workshop.text("srv/DB.env") ?? "").split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { variables[parts[0]] = parts[1] }
    }
    return variables
  }

  /// Whether a client that follows the file logs in.
  func followerLogsIn() async -> Bool {
    let now = delivered
    return await login(now["API_KEY_USER"] ?? "", now["API_KEY"] ?? "")
  }

  var versions: [SecretVersion] {
    get async throws {
      try await workshop.sealed.versions(of: SecretID(environment: "staging", name: "API_KEY"))
    }
  }
}
