import Host
import PostgreSQL
import Redis
import SecretStore

/// Makes the server of an account; the values of a secret by its name are for its administrator.
typealias Servers =
  @Sendable (
    _ server: ServerAccount.Server, _ values: @escaping @Sendable (_ secret: String) async throws -> [Secret]
  ) -> any CredentialServer

enum CredentialServers {
  /// The real ones, reached by libpq and by programs that `runner` runs.
  static func live(_ runner: any CommandRunner) -> Servers {
    { server, values in
      switch server {
      case .postgresql(let address):
        PostgreSQLCredentials(server: PostgreSQLServer(address)) {
          guard let name = address.adminSecret else { return [] }
          return try await values(name)
        }
      case .redis(let servers):
        RedisCredentials(servers: servers, client: RedisClient(runner).trusting(servers.trust)) {
          guard let login = servers.login else { return [] }
          return try await values(login.secret)
        }
      }
    }
  }
}
