import Reconciliation
import Redis
import SecretStore

extension RedisCredentials {
  /// One server as a look finds it.
  struct Seen: Sendable {
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
  static let everybody = "default"

  /// Every server at once, or those at `some`, each over one connection.
  func look(
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

  func look(at address: RedisAddress, for user: String, trying logins: [RedisLogin]) async throws
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
  func refusal(of user: String, _ seen: [Seen]) -> String? {
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
  func addresses(_ seen: [Seen], where isSo: (Seen) -> Bool) -> [String]? {
    let found = seen.filter(isSo).map { "\($0.address)" }
    return found.isEmpty ? nil : found
  }
}

extension RedisCredentials {
  /// Sends commands that change something.
  func change(
    _ address: RedisAddress, _ operation: String, _ requests: [[String]]
  ) async throws -> [RedisReply] {
    let replies = try await asAdmin(of: address, operation) {
      try await client.change(address, as: $0, requests)
    }
    try check(replies, of: address, operation)
    return replies
  }

  func check(_ replies: [RedisReply], of address: RedisAddress, _ operation: String) throws {
    for case .error(let reason) in replies {
      throw failure(RedisError(answering: reason, from: address), operation)
    }
  }

  func asAdmin<T>(
    of address: RedisAddress, _ operation: String, _ body: (RedisLogin?) async throws -> T
  ) async throws -> T {
    do {
      guard let login = servers.login else { return try await body(nil) }
      return try await admin().inTurn(isRefusal: { ($0 as? RedisError)?.kind == .login }) { password in
        try await body(password.map { RedisLogin(user: login.user, password: $0.reveal()) })
      }
    } catch let error as RedisError {
      throw failure(error, operation)
    }
  }

  func failure(_ error: RedisError, _ operation: String) -> Failure {
    Failure(
      error.kind == .denied ? .needsOperator : .transient, code: "redis", operation: operation,
      subject: "\(error.address)", cause: error.reason)
  }
}
