import PostgreSQL
import SecretStore

/// Makes the server of an account; the values of a secret by its name are for its administrator.
typealias Servers =
  @Sendable (
    _ server: ServerAccount.Server, _ values: @escaping @Sendable (_ secret: String) async throws -> [Secret]
  ) -> any CredentialServer

enum CredentialServers {
  /// The real ones.
  static let live: Servers = { server, values in
    switch server {
    case .postgresql(let address):
      PostgreSQLCredentials(server: PostgreSQLServer(address)) {
        guard let name = address.adminSecret else { return [] }
        return try await values(name)
      }
    }
  }
}
