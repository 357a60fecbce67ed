import CrashPoints
import FoundationEssentials
import Host

/// Documents in a KV engine, version 2, of HashiCorp Vault or OpenBao: `MOUNT/data/PATH/SECRET` holds `{"document": "…"}`. The
/// engine's own version is the revision, by check-and-set.
///
/// The engine keeps former versions of a path, and with them values that were removed: each is destroyed once another has
/// taken its place.
struct VaultTransport: DocumentTransport {
  private let vault: VaultSettings
  private let client: VaultClient
  private let logins: VaultLogins

  /// Documents in `vault`, asked through `commands`; the ends of leases are told by `clock`.
  init(_ vault: VaultSettings, commands: any CommandRunner, clock: any WallClock) {
    self.vault = vault
    client = VaultClient(commands: commands)
    logins = VaultLogins(client, clock: clock)
  }

  func read(_ secret: SecretID) async throws -> (text: String, revision: String)? {
    struct Version: Decodable {
      var version: Int
      /// Empty, or when it is or was deleted.
      var deletionTime: String
      var destroyed: Bool
    }
    struct Kept: Decodable {
      struct Both: Decodable {
        var metadata: Version
      }
      var data: Both
    }
    struct Document: Decodable {
      struct Both: Decodable {
        struct Text: Decodable { var document: String }
        var data: Text
      }
      var data: Both
    }
    let path = path(of: secret, "data")
    let (vault, answer) = try await ask(.init("GET", path), secret)
    let version = answer.decoded(as: Kept.self)?.data.metadata
    switch answer.status {
    case 200:
      guard let version else {
        throw SecretStoreError(.damaged, vault.address, "\(vault.mount) is no KV engine of version 2")
      }
      guard let text = answer.decoded(as: Document.self)?.data.data.document else {
        throw SecretStoreError(
          .damaged, vault.address,
          "what lies at \(path) is not steward's: move it away, or give steward another `path`")
      }
      guard version.deletionTime.isEmpty else {
        throw SecretStoreError(
          .damaged, vault.address,
          "\(path) will be deleted at \(version.deletionTime) by the vault itself: set `delete_version_after` of the mount "
            + "and the path to 0, then bring it back (kv undelete -versions=\(version.version))")
      }
      return (text, "\(version.version)")
    case 404:
      if let version {
        throw SecretStoreError(
          .damaged, vault.address,
          version.destroyed
            ? "somebody destroyed the newest version of \(path): bring back a copy, or, to have a new value made, delete "
              + "what is left of it (kv metadata delete)"
            : "somebody deleted \(path): bring it back (kv undelete -versions=\(version.version)), or, to have a new value "
              + "made, delete all of it (kv metadata delete)")
      }
      // This, and nothing else, is how the engine says that nothing was ever written there.
      if answer.errors == [] { return nil }
      throw vault.failure(answer, of: path)
    default: throw vault.failure(answer, of: path)
    }
  }

  func write(
    _ text: String, of secret: SecretID, replacing revision: String?, hiding secrets: [[UInt8]]
  ) async throws {
    struct Body: Encodable {
      struct Options: Encodable { var cas: Int }
      var options: Options
      var data: [String: String]
    }
    struct Written: Decodable {
      struct Version: Decodable { var version: Int }
      var data: Version
    }
    let former = revision.flatMap { Int($0) } ?? 0
    if former == 0 { try await checkEngine(for: secret) }
    let path = path(of: secret, "data")
    guard let body = try? JSONEncoder().encode(Body(options: .init(cas: former), data: ["document": text]))
    else { throw SecretStoreError(.refused, "\(secret)", "cannot be written as JSON") }
    let (vault, answer) = try await effect("vault.write") {
      try await ask(.init("POST", path, body: Array(body), hiding: secrets), secret)
    }
    guard answer.status == 200 else {
      if answer.status == 400, answer.errors?.contains(where: { $0.contains("check-and-set") }) == true {
        throw SecretStoreError.conflict(secret, at: vault.address)
      }
      throw vault.failure(answer, of: path)
    }
    guard answer.decoded(as: Written.self)?.data.version == former + 1 else {
      throw SecretStoreError(.damaged, vault.address, "does not say that \(path) is kept")
    }
    if former > 0 { try await destroy([former], of: secret) }
  }

  func hasCopies(of secret: SecretID) async throws -> Bool {
    try await !copies(of: secret).isEmpty
  }

  func removeCopies(of secret: SecretID, before revision: String) async throws {
    let copies = try await copies(of: secret).filter { $0 < Int(revision) ?? 0 }
    if !copies.isEmpty { try await destroy(copies, of: secret) }
  }

  /// The numbers of former versions that can be read, or be brought back.
  private func copies(of secret: SecretID) async throws -> [Int] {
    struct Kept: Decodable {
      struct Versions: Decodable {
        struct Version: Decodable { var destroyed: Bool }
        var currentVersion: Int
        var versions: [String: Version]
      }
      var data: Versions
    }
    let path = path(of: secret, "metadata")
    let (vault, answer) = try await ask(.init("GET", path), secret)
    // Nothing was ever written there.
    if answer.status == 404, answer.errors == [] { return [] }
    guard answer.status == 200, let kept = answer.decoded(as: Kept.self)?.data else {
      throw vault.failure(answer, of: path)
    }
    return kept.versions.filter { !$1.destroyed }.keys.compactMap { Int($0) }
      .filter { $0 < kept.currentVersion }.sorted()
  }

  private func destroy(_ versions: [Int], of secret: SecretID) async throws {
    let path = path(of: secret, "destroy")
    let body = Array(#"{"versions": \#(versions)}"#.utf8)
    let (vault, answer) = try await effect("vault.destroy") {
      try await ask(.init("PUT", path, body: body), secret)
    }
    guard [200, 204].contains(answer.status) else { throw vault.failure(answer, of: path) }
  }

  /// Before the first write, as a vault's own command does: an engine of version 1 would take it for something else.
  private func checkEngine(for secret: SecretID) async throws {
    struct Engine: Decodable {
      struct Settings: Decodable {
        var type: String
        var options: [String: String]?
      }
      var data: Settings
    }
    let path = "sys/internal/ui/mounts/\(vault.of(secret.environment).mount)"
    let (vault, answer) = try await ask(.init("GET", path), secret)
    guard answer.status == 200, let engine = answer.decoded(as: Engine.self)?.data else {
      throw vault.failure(answer, of: path)
    }
    guard engine.type == "kv", engine.options?["version"] == "2" else {
      throw SecretStoreError(.denied, vault.address, "\(vault.mount) is no KV engine of version 2")
    }
  }

  private func path(of secret: SecretID, _ kind: String) -> String {
    let vault = vault.of(secret.environment)
    return "\(vault.mount)/\(kind)/\(vault.path)/\(secret.name)"
  }

  // MARK: Asking

  /// Asks as whom the secret's environment is. A token that the server does not know any more, or that may not and is not of
  /// the last minute, is replaced once by a new login.
  private func ask(
    _ request: VaultClient.Request, _ secret: SecretID
  ) async throws -> (VaultSettings, VaultClient.Answer) {
    let vault = vault.of(secret.environment)
    var token = try await logins.token(of: vault)
    var answer = try await client.ask(request, of: vault, token: token)
    guard answer.status == 403 else { return (vault, answer) }
    // A server says the same of a token that is over and of one that may not.
    let isOver = try await isOver(token, of: vault)
    if case .token(let file) = vault.login, isOver {
      throw SecretStoreError(
        .denied, vault.address, "the token in \(file) is not valid any more: who writes it must renew it")
    }
    let isFresh = await logins.isFresh(token, of: vault)
    guard case .appRole = vault.login, isOver || !isFresh else { throw vault.forbids(request, answer) }
    token = try await logins.token(of: vault, unless: token)
    answer = try await client.ask(request, of: vault, token: token)
    guard answer.status != 403 else { throw vault.forbids(request, answer) }
    return (vault, answer)
  }

  private func isOver(_ token: Secret, of vault: VaultSettings) async throws -> Bool {
    try await client.ask(.init("GET", "auth/token/lookup-self"), of: vault, token: token).status == 403
  }
}

extension VaultSettings {
  /// The login may not do what was asked.
  fileprivate func forbids(
    _ request: VaultClient.Request, _ answer: VaultClient.Answer
  ) -> SecretStoreError {
    let login =
      switch login {
      case .token(let file): file
      case .appRole(let file, _): file
      }
    return SecretStoreError(
      .denied, address,
      "the login of \(login) may not \(request.method) \(request.path)\(answer.said): a policy of it must permit that"
    )
  }

  /// What an answer means that is no success, to a request that was about `subject`.
  func failure(_ answer: VaultClient.Answer, of subject: String) -> SecretStoreError {
    let said = answer.said
    switch answer.status {
    case 300..<400:
      return SecretStoreError(
        .denied, address,
        "sends on to \(answer.redirect): `address` must be the active server's, or one that forwards to it")
    case 404:
      return SecretStoreError(
        .denied, address, "knows no \(subject)\(said): `mount` must name a KV engine of version 2")
    case 429: return SecretStoreError(.unavailable, address, "is asked more often than it permits\(said)")
    case 472, 473: return SecretStoreError(.unavailable, address, "is a standby, which answers nothing")
    case 503 where said.contains("sealed"):
      return SecretStoreError(.unavailable, address, "is sealed: somebody must unseal it")
    default:
      return SecretStoreError(.unavailable, address, "answers \(subject) with \(answer.status)\(said)")
    }
  }
}
