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
    for seen in try await look(for: credential.user) {
      // One that is gone by now is not made by this.
      if seen.user?.passwords.contains(credential.hash) == false {
        try await effect("user.set") {
          try await change(
            seen, "set the password of \(credential.user)", "#" + credential.hash, credential.user)
        }
      } else {
        try await save(seen)
      }
    }
  }

  func save() async throws {
    for seen in try await look(for: Self.everybody) { try await save(seen) }
  }

  /// Changes a user, and has the server write its users in the same transaction: what it takes now it takes after a restart,
  /// whoever is killed meanwhile.
  private func change(_ seen: Seen, _ what: String, _ rule: String, _ user: String) async throws {
    let replies = try await asAdmin(of: seen.address, what) {
      try await client.changeAtOnce(seen.address, as: $0, [["ACL", "SETUSER", user, rule]] + saving(seen))
        .replies
    }
    try check(replies, of: seen.address, what)
  }

  private func save(_ seen: Seen) async throws {
    guard !saving(seen).isEmpty else { return }
    try await effect("users.save") { _ = try await change(seen.address, "save the users", saving(seen)) }
  }

  /// How a server writes its users where it reads them from at its start; nothing where it cannot.
  private func saving(_ seen: Seen) -> [[String]] {
    if seen.isForgetful { return [] }
    return [seen.hasUserFile ? ["ACL", "SAVE"] : ["CONFIG", "REWRITE"]]
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
        try await change(
          server, "withdraw a password of \(credential.user)", "!" + credential.hash, credential.user)
      }
    }
    var ended = 0
    for server in seen { ended += try await endConnections(of: credential.user, at: server.address) }
    return ended
  }

  /// Ends the connections there are now: no server tells by which password one came in. Those that are logging in meanwhile
  /// can only do it with a password that is still taken, so they are left alone.
  private func endConnections(of user: String, at address: RedisAddress) async throws -> Int {
    let listed = try await asAdmin(of: address, "list connections of \(user)") {
      try await client.ask(address, as: $0, "CLIENT", "LIST")
    }
    let theirs = RedisConnection.all(in: listed).filter { $0.user == user && !$0.isReplication }
    guard !theirs.isEmpty else { return 0 }
    return try await effect("connections.end") {
      let kills = theirs.map { ["CLIENT", "KILL", "ID", "\($0.id)"] }
      let replies = try await change(address, "end connections of \(user)", kills)
      // 0: it was over before.
      return replies.count { $0.json.int == 1 }
    }
  }
}

extension Credential {
  /// What a server is told of the password, and tells of it.
  var hash: String { value.withBytes { SHA256Digest(of: $0).hex } }
}
