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
    let server = server(of: account, in: resource.id.environment)
    var seen = ServerSeen()
    if let current = versions.last(where: { $0.phase == .current }) {
      seen.login = try await server.login(with: try await credential(current, of: resource, "look"))
    }
    if seen.login == .refused {
      for version in versions.reversed() where version.phase == .previous && seen.older == nil {
        let credential = try await credential(version, of: resource, "look")
        if try await server.login(with: credential) == .works { seen.older = version.number }
      }
    }
    if seen.login != .works && seen.login != .unasked || versions.contains(where: { $0.phase == .pending }) {
      seen.refusal = try await server.refusal(of: account.users)
    }
    return seen
  }
}
