import CrashPoints
import FoundationEssentials
import Host

/// Who steward is in a vault: a token for each environment. One that was got by a login is kept in memory alone until its
/// lease is nearly over.
actor VaultLogins {
  /// A token, and since when and until when on the monotonic clock it is used; nil: as long as it is taken.
  private struct Held: Sendable {
    let token: Secret
    let ids: Ids
    let since: Duration
    let until: Duration?
  }

  /// What an AppRole logs in with.
  private struct Ids: Sendable, Equatable {
    let role: Secret
    let secret: Secret
  }

  private let client: VaultClient
  private let clock: any WallClock
  // By the whole of an environment's settings: the same ids may be let in in several namespaces, each with a token of its own.
  private var held: [VaultSettings: Held] = [:]
  private var underWay: [VaultSettings: Task<Held, any Error>] = [:]

  /// Logins through `client`, whose leases `clock` measures.
  init(_ client: VaultClient, clock: any WallClock) {
    self.client = client
    self.clock = clock
  }

  /// The longest token or id; batch tokens hold their whole entry.
  private static let tokenBytesMax = 16 << 10

  /// The token of an environment.
  /// - Parameter refused: one that the server does not know any more; another is got where that can be.
  /// - Throws: ``SecretStoreError`` of kind `denied` where none can be had until a person does something.
  func token(of vault: VaultSettings, unless refused: Secret? = nil) async throws -> Secret {
    guard case .appRole(let roleIDFile, let secretIDFile) = vault.login else {
      guard case .token(let file) = vault.login else { preconditionFailure("a login of another kind") }
      return try await Self.word(in: file, for: vault)
    }
    if let held = held[vault], held.token != refused, held.until.map({ clock.monotonic < $0 }) ?? true {
      return held.token
    }
    // All secrets of an environment are looked at in one moment: they share a login.
    if let underWay = underWay[vault] { return try await underWay.value.token }
    let task = Task { [client, clock] in
      try await Self.logIn(vault, roleIDFile, secretIDFile, client: client, clock: clock)
    }
    underWay[vault] = task
    defer { underWay[vault] = nil }
    let new = try await task.value
    held[vault] = new
    return new.token
  }

  /// Whether a token is from a login so recent, with the ids that are in the files now, that another would give no more
  /// rights: while something is forbidden, there is one login a minute, which finds that a role has changed.
  func isFresh(_ token: Secret, of vault: VaultSettings) async -> Bool {
    guard let held = held[vault], held.token == token, clock.monotonic < held.since + Self.freshness
    else { return false }
    guard case .appRole(let roleIDFile, let secretIDFile) = vault.login,
      let ids = try? await Self.ids(in: roleIDFile, secretIDFile, for: vault)
    else { return true }
    return ids == held.ids
  }

  private static let freshness = Duration.seconds(60)

  private static func logIn(
    _ vault: VaultSettings, _ roleIDFile: String, _ secretIDFile: String, client: VaultClient,
    clock: any WallClock
  ) async throws -> Held {
    struct Body: Encodable {
      var roleID: String
      var secretID: String
    }
    struct Answer: Decodable {
      struct Auth: Decodable {
        var clientToken: String
        var leaseDuration: Int
      }
      var auth: Auth
    }
    let ids = try await ids(in: roleIDFile, secretIDFile, for: vault)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    guard
      let body = try? encoder.encode(Body(roleID: ids.role.reveal(), secretID: ids.secret.reveal()))
    else { throw SecretStoreError(.denied, vault.address, "the ids in \(roleIDFile) cannot be told") }
    let request = VaultClient.Request(
      "POST", "auth/approle/login", body: Array(body), hiding: [ids.secret.withBytes { $0 }])
    let began = clock.monotonic
    let answer = try await effect("vault.login") { try await client.ask(request, of: vault, token: nil) }
    guard answer.status == 200 else {
      guard [400, 403].contains(answer.status) else { throw vault.failure(answer, of: "a login") }
      throw SecretStoreError(
        .denied, vault.address,
        "refuses the login with \(roleIDFile) and \(secretIDFile)\(answer.said): a new secret id belongs into that file"
      )
    }
    guard let auth = answer.decoded(as: Answer.self)?.auth, let token = Secret(word: auth.clientToken.utf8)
    else { throw SecretStoreError(.damaged, vault.address, "answers a login with no token") }
    // A tenth of the lease early: what is asked with it should end within it. 0 is no lease.
    let lease = auth.leaseDuration > 0 ? Duration.seconds(auth.leaseDuration) * 9 / 10 : nil
    return Held(token: token, ids: ids, since: began, until: lease.map { began + $0 })
  }

  private static func ids(
    in roleIDFile: String, _ secretIDFile: String, for vault: VaultSettings
  ) async throws -> Ids {
    Ids(
      role: try await word(in: roleIDFile, for: vault), secret: try await word(in: secretIDFile, for: vault))
  }

  /// The one word that a file holds, a token or an id.
  private static func word(in file: String, for vault: VaultSettings) async throws -> Secret {
    let bytes: [UInt8]?
    do {
      bytes = try await offPool {
        try PrivateFile.read(file, bytesMax: tokenBytesMax, onlyPrivate: true)
      }
    } catch let error as HostError {
      throw SecretStoreError(
        error.class == .transient ? .unavailable : .denied, vault.address, "no login: \(error)")
    }
    guard let bytes else {
      throw SecretStoreError(.denied, vault.address, "no login: \(file) is not there")
    }
    guard let word = Secret(word: bytes) else {
      throw SecretStoreError(.denied, vault.address, "no login: \(file) holds no token or id alone")
    }
    return word
  }
}

extension Secret {
  /// The bytes without blanks and line ends around them; nil where they are not one printable word.
  fileprivate init?(word bytes: some Collection<UInt8>) {
    let words = bytes.split { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard words.count == 1, words[0].allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    self.init(words[0])
  }
}
