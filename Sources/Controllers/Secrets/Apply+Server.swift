import Calendar
import Host
import Reconciliation
import SecretStore

/// The steps in an account's server. Each logs in first: the reply to an earlier attempt may have been lost.
extension SecretsController {
  func set(_ version: SecretVersion, in account: ServerAccount, _ work: SecretWork) async throws -> Outcome {
    let said = try await makeTake(version, account, work)
    try await mark(version.number, of: work.resource.id, as: .set, for: work.operation)
    return work.done(said)
  }

  func test(_ version: SecretVersion, in account: ServerAccount, _ work: SecretWork) async throws -> Outcome {
    let server = server(of: account, in: work.resource.id.environment)
    let credential = try await credential(version, of: work.resource, work.operation)
    switch try await server.login(with: credential) {
    case .works: break
    case .unasked: throw unasked(credential, work)
    case .refused:
      // The server is an older copy of itself by now.
      if version.phase != .pending {
        try await mark(version.number, of: work.resource.id, as: .pending, for: work.operation)
      }
      throw refused("version \(version.number) does not work as \(credential.user); it is set again", work)
    }
    try await rehearse(work)
    try await mark(version.number, of: work.resource.id, as: .tested, for: work.operation)
    return work.done("version \(version.number) is good: it logs in as \(credential.user)")
  }

  func restore(_ work: SecretWork) async throws -> Outcome {
    let version = try work.version()
    guard version.phase == .current, let account = work.resource.spec.account else {
      throw work.movedOn("version \(version.number) is \(version.phase.words)")
    }
    return work.done(try await makeTake(version, account, work))
  }

  /// Ends what a former version still gives. Returns what to say of it; nil where there was nothing to do.
  func retire(_ version: SecretVersion, _ work: SecretWork) async throws -> String? {
    guard let account = work.resource.spec.account else { return nil }
    let server = server(of: account, in: work.resource.id.environment)
    let credential = try await credential(version, of: work.resource, work.operation)
    let heirs = work.versions.filter {
      $0.number != version.number && $0.user ?? account.role == credential.user
    }
    var heir: Credential?
    if let next = heirs.first(where: { $0.phase == .current }) ?? heirs.last {
      heir = try await self.credential(next, of: work.resource, work.operation)
    }
    let age = version.overlapUntil.map { $0.distance(to: clock.now) }
    guard let ended = try await server.retire(credential, heir: heir, replacedAgo: age) else { return nil }
    return ended == 1
      ? "1 session of \(credential.user) ended" : "\(ended) sessions of \(credential.user) ended"
  }

  /// Makes the server take a version's value, unless it does. Returns what to say of it.
  private func makeTake(
    _ version: SecretVersion, _ account: ServerAccount, _ work: SecretWork
  ) async throws -> String {
    let server = server(of: account, in: work.resource.id.environment)
    let credential = try await credential(version, of: work.resource, work.operation)
    switch try await server.login(with: credential) {
    case .works:
      try await server.save()
      return "version \(version.number) was set before"
    case .unasked: throw unasked(credential, work)
    case .refused: break
    }
    if let refusal = try await server.refusal(of: account.users) { throw refused(refusal, work) }
    do {
      try await server.set(credential)
    } catch let failure as Failure {
      // It may have been the reply alone that was lost.
      guard try await server.login(with: credential) == .works else { throw failure }
      try await server.save()
    }
    return
      "set version \(version.number) as \(credential.user) in \(work.resource.spec.server ?? "its server")"
  }

  /// Transient: the next look sees it, and says what is missing for as long as it is.
  private func refused(_ cause: String, _ work: SecretWork) -> Failure {
    Failure(
      .transient, code: Self.refusedCode, operation: work.operation, subject: work.resource.spec.server ?? "",
      cause: cause)
  }

  private func unasked(_ credential: Credential, _ work: SecretWork) -> Failure {
    refused("it lets \(credential.user) in without asking for a password", work)
  }
}

extension SecretsController {
  /// A version as the password of its account. One that was made before the server was written is its `role`'s.
  func credential(
    _ version: SecretVersion, of resource: Resource<SecretSpec>, _ operation: String
  ) async throws -> Credential {
    let user = version.user ?? resource.spec.account?.role ?? ""
    let id = resource.id
    return Credential(
      user: user, value: try await value(of: id, version: version.number, for: operation),
      purpose: "\(id.environment)/\(id.name)/\(version.number)/\(user)")
  }

  /// The server of an account, with its administrator's password where that is a secret.
  func server(of account: ServerAccount, in environment: String) -> any CredentialServer {
    servers(account.server) { [self] name in
      let id = ResourceID(environment: environment, controller: Self.name, name: name)
      let values = try await candidates(of: id, for: "log in")
      guard !values.isEmpty else {
        throw Failure(
          .transient, code: "no-version", operation: "log in", subject: "\(id)",
          cause: "it is the administrator's password, and its first version is not there yet")
      }
      return values
    }
  }
}
