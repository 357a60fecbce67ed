import Reconciliation
import SecretStore

extension SecretsController {
  /// Logs in. nil where no account is kept; a server that does not answer is a part of what is seen, for the env file is kept
  /// without it.
  func server(of resource: Resource<SecretSpec>, versions: [SecretVersion]) async -> ServerSeen? {
    guard let account = resource.spec.account else { return nil }
    do {
      return try await look(at: account, resource, versions)
    } catch let failure as Failure {
      return ServerSeen(unknown: "\(failure.subject): \(failure.cause)")
    } catch {
      return ServerSeen(unknown: "the look was cut off")
    }
  }

  private func look(
    at account: ServerAccount, _ resource: Resource<SecretSpec>, _ versions: [SecretVersion]
  ) async throws -> ServerSeen {
    var all: [(version: SecretVersion, credential: Credential)] = []
    for version in versions { all.append((version, try await credential(version, of: resource, "look"))) }
    return try await server(of: account, in: resource.id.environment)
      .look(AccountVersions(users: account.users, all: all))
  }
}
