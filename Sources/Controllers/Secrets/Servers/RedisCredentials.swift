import CrashPoints
import Cryptography
import Reconciliation
import Redis
import SecretStore

/// Users of Redis servers and their passwords. Users are no data: each server has its own, and what is set at one is set at
/// all of them. A server is sent the SHA-256 of a password, and the password itself to log in alone.
struct RedisCredentials: CredentialServer {
  let servers: RedisServers
  let client: RedisClient
  /// The values that may be the administrator's password, the likeliest first.
  let admin: @Sendable () async throws -> [Secret]

  func login(with credential: Credential) async throws -> LoginSeen {
    let seen = try await look(for: credential.user, trying: [credential])
    if seen.contains(where: { $0.user?.takesAnyPassword == true }) { return .unasked }
    return seen.allSatisfy { $0.works[0] } ? .works : .refused
  }

  func refusal(of users: [String]) async throws -> String? {
    for user in users {
      if let refusal = refusal(of: user, try await look(for: user)) { return refusal }
    }
    return nil
  }

  func look(_ account: AccountVersions) async throws -> ServerSeen {
    let user = account.users[0]
    let seen = try await look(for: user, trying: account.current.map { [$0] } ?? [])
    var told = ServerSeen(refusal: refusal(of: user, seen))
    let known = Set(account.all.map(\.credential.hash))
    told.strangers = addresses(seen) { $0.user.map { !known.isSuperset(of: $0.passwords) } ?? false }
    told.forgetful = addresses(seen, where: \.isForgetful)
    told.open = addresses(seen, where: \.isOpen)
    guard account.current != nil else { return told }
    let refusing = seen.filter { !$0.works[0] }.map(\.address)
    told.login = refusing.isEmpty ? .works : .refused
    let former = account.former
    if !refusing.isEmpty, seen.count > 1 { told.refusing = refusing.map(\.description) }
    guard !refusing.isEmpty, !former.isEmpty else { return told }
    let older = try await look(for: user, trying: former.map(\.credential), at: refusing)
    let newest = former.indices.first { index in older.allSatisfy { $0.works[index] } }
    told.older = newest.map { former[$0].version.number }
    return told
  }

  func set(_ credential: Credential) async throws {
    for seen in try await look(for: credential.user)
    where seen.user?.passwords.contains(credential.hash) != true {
      try await effect("user.set") {
        try await change(seen.address, credential.user, "#", credential.hash)
      }
    }
    try await save()
  }

  /// Has every server write its users where it reads them from at its start.
  func save() async throws {
    for seen in try await look(for: Self.everybody) where !seen.isForgetful {
      try await effect("users.save") {
        _ = try await ask(
          seen.address, "save the users", [seen.hasUserFile ? ["ACL", "SAVE"] : ["CONFIG", "REWRITE"]])
      }
    }
  }

  func retire(_ credential: Credential, heir: Credential?, replacedAgo _: Duration?) async throws -> Int? {
    let seen = try await look(for: credential.user)
    // Whoever follows the secret must not be locked out by this.
    if let heir, let without = seen.first(where: { $0.user?.passwords.contains(heir.hash) == false }) {
      throw Failure(
        .transient, code: "server", operation: "withdraw a password of \(credential.user)",
        subject: "\(without.address)", cause: "it does not take the version in force")
    }
    for server in seen where server.user?.passwords.contains(credential.hash) == true {
      try await effect("user.withdraw") {
        try await change(server.address, credential.user, "!", credential.hash)
      }
    }
    try await save()
    var ended = 0
    for server in seen { ended += try await endConnections(of: credential.user, at: server.address) }
    return ended
  }

  /// Ends the connections there are now: no server tells by which password one came in. Those that are logging in meanwhile
  /// can only do it with a password that is still taken, so they are left alone.
  private func endConnections(of user: String, at address: RedisAddress) async throws -> Int {
    let listed = try await ask(address, "list connections of \(user)", [["CLIENT", "LIST"]])
    let theirs = RedisConnection.all(in: listed[0]).filter { $0.user == user && !$0.isReplication }
    guard !theirs.isEmpty else { return 0 }
    return try await effect("connections.end") {
      let kills = theirs.map { ["CLIENT", "KILL", "ID", "\($0.id)"] }
      let replies = try await ask(address, "end connections of \(user)", kills)
      // 0: it was over before.
      return replies.count { $0.json.int == 1 }
    }
  }

  private func change(_ address: RedisAddress, _ user: String, _ sign: String, _ hash: String) async throws {
    _ = try await ask(address, "set the passwords of \(user)", [["ACL", "SETUSER", user, sign + hash]])
  }
}

// MARK: Looking

extension RedisCredentials {
  /// One server as a look finds it.
  private struct Seen: Sendable {
    let address: RedisAddress
    /// The user that was looked for; nil where there is none.
    let user: RedisUser?
    /// Whether it has a file of users (`aclfile`), and whether a file of settings, which holds them otherwise.
    let hasUserFile: Bool, hasConfigFile: Bool
    /// Whom it logs in as at the server that it follows (`masteruser`); empty where it is nobody in particular.
    let masterUser: String
    /// Whether anybody may log in without a password and do something.
    let isOpen: Bool
    /// Which of the credentials that were tried it takes.
    let works: [Bool]

    var isForgetful: Bool { !hasUserFile && !hasConfigFile }
  }

  /// The user that every server has.
  private static let everybody = "default"

  /// Every server at once, or those at `some`, each over one connection.
  private func look(
    for user: String, trying credentials: [Credential] = [], at some: [RedisAddress]? = nil
  ) async throws -> [Seen] {
    let logins = credentials.map { RedisLogin(user: $0.user, password: $0.value.reveal()) }
    return try await withThrowingTaskGroup(of: (Int, Seen).self) { group in
      for (index, address) in (some ?? servers.addresses).enumerated() {
        group.addTask { (index, try await look(at: address, for: user, trying: logins)) }
      }
      var seen: [Int: Seen] = [:]
      for try await (index, one) in group { seen[index] = one }
      return seen.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  private func look(at address: RedisAddress, for user: String, trying logins: [RedisLogin]) async throws
    -> Seen
  {
    let asked = [
      ["ACL", "GETUSER", user], ["ACL", "GETUSER", Self.everybody], ["CONFIG", "GET", "aclfile"],
      ["CONFIG", "GET", "masteruser"],
      ["INFO", "server"],
    ]
    let (replies, works) = try await asAdmin(of: address, "look at \(user)") {
      try await client.ask(address, as: $0, asked, trying: logins)
    }
    try check(replies, of: address, "look at \(user)")
    let everybody = RedisUser(replies[1])
    return Seen(
      address: address, user: RedisUser(replies[0]),
      hasUserFile: replies[2].members["aclfile"]?.text?.isEmpty == false,
      hasConfigFile: replies[4].fields["config_file"]?.isEmpty == false,
      masterUser: replies[3].members["masteruser"]?.text ?? "",
      isOpen: everybody.map { $0.isOn && $0.takesAnyPassword && $0.hasRights } ?? false, works: works)
  }

  /// What keeps steward from giving the user a password; nil where nothing does.
  private func refusal(of user: String, _ seen: [Seen]) -> String? {
    for server in seen {
      guard let found = server.user else {
        return "there is no user \(user) at \(server.address); to make it: "
          + "ACL SETUSER \(user) on, with the keys and commands that it may use"
      }
      if !found.isOn {
        return "the user \(user) is off at \(server.address); to let it in: ACL SETUSER \(user) on"
      }
      if found.takesAnyPassword {
        return "the user \(user) is let in with any password at \(server.address) (nopass); to end that: "
          + "ACL SETUSER \(user) resetpass"
      }
      // Its masterauth is a password in the clear, which would have to be sent; and a link that breaks is found out late.
      if server.masterUser == user {
        return
          "\(server.address) logs in as \(user) at the server that it follows (masteruser), and would be refused "
          + "after a rotation; to end that: give followers a user of their own"
      }
    }
    return nil
  }

  /// nil where it is so nowhere.
  private func addresses(_ seen: [Seen], where isSo: (Seen) -> Bool) -> [String]? {
    let found = seen.filter(isSo).map { "\($0.address)" }
    return found.isEmpty ? nil : found
  }
}

// MARK: Asking

extension RedisCredentials {
  private func ask(_ address: RedisAddress, _ operation: String, _ requests: [[String]]) async throws
    -> [RedisReply]
  {
    let replies = try await asAdmin(of: address, operation) {
      try await client.ask(address, as: $0, requests)
    }
    try check(replies, of: address, operation)
    return replies
  }

  private func check(_ replies: [RedisReply], of address: RedisAddress, _ operation: String) throws {
    for case .error(let reason) in replies {
      throw failure(RedisError(answering: reason, from: address), operation)
    }
  }

  private func asAdmin<T>(
    of address: RedisAddress, _ operation: String, _ body: (RedisLogin?) async throws -> T
  ) async throws -> T {
    do {
      guard let login = servers.login else { return try await body(nil) }
      let passwords = try await admin().map { RedisLogin(user: login.user, password: $0.reveal()) }
      for password in passwords.dropLast() {
        do { return try await body(password) } catch let error as RedisError where error.kind == .login {
          continue
        }
      }
      return try await body(passwords.last)
    } catch let error as RedisError {
      throw failure(error, operation)
    }
  }

  private func failure(_ error: RedisError, _ operation: String) -> Failure {
    Failure(
      error.kind == .denied ? .needsOperator : .transient, code: "redis", operation: operation,
      subject: "\(error.address)", cause: error.reason)
  }
}

extension Credential {
  /// What a server is told of the password, and tells of it.
  fileprivate var hash: String { value.withBytes { SHA256Digest(of: $0).hex } }
}
