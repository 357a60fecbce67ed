import Reconciliation
import SecretStore

/// A server in which accounts have passwords. Every call looks before it changes anything, ends by a deadline, and throws
/// ``Failure`` where it is not known how things stand; no text of one holds a value.
protocol CredentialServer: Sendable {
  /// What a login with the credential leads to. Changes nothing, and leaves no line in the server's log where it works.
  func login(with credential: Credential) async throws -> LoginSeen

  /// Why `users` cannot be given passwords, as words for a person, though the server answers; nil where they can. `users` are
  /// accounts that take turns, the first of which has the rights, or one alone.
  func refusal(of users: [String]) async throws -> String?

  /// How things stand, told with as few logins as it takes.
  func look(_ account: AccountVersions) async throws -> ServerSeen

  /// Makes the account take the value, over a restart of the server too. Done again, it changes nothing.
  func set(_ credential: Credential) async throws

  /// Makes what was set stay over a restart of the server: who set it may not have come to that.
  func save() async throws

  /// Makes the server take the value no more, and ends the sessions that it may have begun. Done again, it changes nothing.
  /// - Parameter heir: another version for the same account, which works on; nil where there is none.
  /// - Parameter age: how long ago it was replaced; nil where that is not known.
  /// - Returns: how many sessions were ended; nil where none could be.
  func retire(_ credential: Credential, heir: Credential?, replacedAgo age: Duration?) async throws -> Int?
}

/// One version of a secret as an account's password.
struct Credential: Sendable {
  /// The account.
  let user: String
  /// The password.
  let value: Secret
  /// What no other credential is called: environment, secret, version and account.
  let purpose: String
}

/// The versions of a secret as passwords in a server.
struct AccountVersions: Sendable {
  /// The accounts that take turns, or one alone.
  let users: [String]
  /// Each version, the oldest first.
  let all: [(version: SecretVersion, credential: Credential)]

  /// The one in force.
  var current: Credential? { all.last { $0.version.phase == .current }?.credential }
  /// Those that were, the newest first.
  var former: [(version: SecretVersion, credential: Credential)] {
    all.reversed().filter { $0.version.phase == .previous }
  }
  /// Whether one waits for being set.
  var isWaiting: Bool { all.contains { $0.version.phase == .pending } }
}

/// What a login leads to.
public enum LoginSeen: String, Sendable, Codable {
  /// The server took the value.
  case works
  /// The server refused it: another password, or no such account; servers do not say which.
  case refused
  /// The server let it in without asking for it, so it says nothing of the value.
  case unasked
}
