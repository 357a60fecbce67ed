import CrashPoints
import Cryptography
import PostgreSQL
import Reconciliation
import SecretStore

/// Roles of a PostgreSQL server and their passwords. The server is sent verifiers (``ScramVerifier``), never a value: it
/// writes the text of a statement that fails into its log.
struct PostgreSQLCredentials: CredentialServer {
  let server: PostgreSQLServer
  /// The values that may be the administrator's password, the likeliest first; empty where the server knows the daemon's user
  /// by itself.
  let admin: @Sendable () async throws -> [Secret]

  func login(with credential: Credential) async throws -> LoginSeen {
    do {
      return try await server.session(as: credential.user, password: credential.value) {
        $0.wasAskedForPassword ? .works : .unasked
      }
    } catch let error as PostgreSQLError {
      if error.isWrongPassword { return .refused }
      // A pool that is as large as its role's limit is the usual case.
      if error.isOverLimit { return .works }
      throw Failure(error, "log in as \(credential.user)", at: server.address)
    }
  }

  func refusal(of users: [String]) async throws -> String? {
    try await asAdmin("look at \(users.joined(separator: " and "))") { session in
      for user in users {
        let found = try session.rows(
          "SELECT rolcanlogin, rolvaliduntil < now() FROM pg_catalog.pg_roles WHERE rolname = $1", [user])
        guard let role = found.first else { return Self.missing(user, of: users, session) }
        guard role[0] == "t" else {
          return "the role \(user) may not log in; to allow it: ALTER ROLE \(session.identifier(user)) LOGIN"
        }
        if role[1] == "t" {
          return "every password of the role \(user) has expired; to end that: "
            + "ALTER ROLE \(session.identifier(user)) VALID UNTIL 'infinity'"
        }
      }
      guard let first = users.first, let second = users.dropFirst().first else { return nil }
      // USAGE: it has the rights without saying SET ROLE.
      let has = try session.rows(
        "SELECT pg_catalog.pg_has_role($1::name, $2::name, 'USAGE')", [second, first])
      if has.first?.first == "t" { return nil }
      return
        "the role \(second) does not have the rights of \(first); to give them: "
        + "GRANT \(session.identifier(first)) TO \(session.identifier(second))"
    }
  }

  private static func missing(_ user: String, of users: [String], _ session: PostgreSQLSession) -> String {
    guard let first = users.first, first != user else { return "there is no role \(user)" }
    let (a, b) = (session.identifier(first), session.identifier(user))
    return
      "there is no role \(user), which takes turns with \(first); to make it: CREATE ROLE \(b) LOGIN IN ROLE \(a); "
      + "ALTER ROLE \(b) SET role TO \(a). Or let one account do with a `pause`"
  }

  func set(_ credential: Credential) async throws {
    let verifier = credential.value.withBytes {
      ScramVerifier(password: $0, purpose: credential.purpose)
    }
    guard let verifier else {
      throw Failure(
        .terminal, code: "server", operation: "set the password of \(credential.user)",
        subject: "the server at \(server.address)",
        cause: "the value has characters that no password here should have")
    }
    try await asAdmin("set the password of \(credential.user)") { session in
      let (role, password) = (session.identifier(credential.user), try session.literal(verifier.text))
      try effect("role.set") { _ = try session.rows("ALTER ROLE \(role) PASSWORD \(password)") }
    }
  }

  func look(_ account: AccountVersions) async throws -> ServerSeen {
    var seen = ServerSeen()
    if let current = account.current { seen.login = try await login(with: current) }
    if seen.login == .refused {
      for (version, credential) in account.former where seen.older == nil {
        if try await login(with: credential) == .works { seen.older = version.number }
      }
    }
    if seen.login != .works && seen.login != .unasked || account.isWaiting {
      seen.refusal = try await refusal(of: account.users)
    }
    return seen
  }

  /// The server keeps each change before it answers.
  func save() {}

  func retire(_ credential: Credential, heir: Credential?, replacedAgo age: Duration?) async throws -> Int? {
    guard heir == nil else {
      // Whoever logged in before the new version came into force did so with this one.
      guard let age else { return nil }
      return try await endSessions(of: credential.user, olderThan: age)
    }
    // Where it does not work, a crash came after the lock, or somebody set another password there, which stays.
    return try await login(with: credential) == .works
      ? try await lock(credential.user) : try await endSessions(of: credential.user, olderThan: .zero)
  }

  /// Makes the role take no password any more, and ends its sessions. Returns how many.
  private func lock(_ user: String) async throws -> Int {
    try await asAdmin("lock \(user)") { session in
      let role = session.identifier(user)
      try effect("role.lock") { _ = try session.rows("ALTER ROLE \(role) PASSWORD NULL") }
      return try Self.endSessions(of: user, olderThan: .zero, session)
    }
  }

  private func endSessions(of user: String, olderThan age: Duration) async throws -> Int {
    try await asAdmin("end sessions of \(user)") { try Self.endSessions(of: user, olderThan: age, $0) }
  }

  /// The age is counted by the server's own clock.
  private static func endSessions(
    of user: String, olderThan age: Duration, _ session: PostgreSQLSession
  ) throws -> Int {
    let seconds = max(0, age / .seconds(1))
    return try effect("sessions.end") {
      try session.rows(
        """
        SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
        WHERE usename = $1 AND pid <> pg_catalog.pg_backend_pid()
          AND backend_start <= pg_catalog.clock_timestamp() - $2::float8 * interval '1 second'
        """, [user, "\(seconds)"]
      ).count
    }
  }

  private func asAdmin<T: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (PostgreSQLSession) throws -> T
  ) async throws -> T {
    do {
      return try await server.session(asAdminWith: try await admin(), body)
    } catch let error as PostgreSQLError {
      throw Failure(error, operation, at: server.address)
    }
  }
}
