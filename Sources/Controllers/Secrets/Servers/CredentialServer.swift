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

  /// Makes the account take the value. Done again, it changes nothing.
  func set(_ credential: Credential) async throws

  /// Makes the account take no password any more, and ends its sessions. Returns how many.
  func lock(_ user: String) async throws -> Int

  /// Ends those sessions of the account that began longer ago than `age`. Returns how many.
  func endSessions(of user: String, olderThan age: Duration) async throws -> Int
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

/// What a login leads to.
public enum LoginSeen: String, Sendable, Codable {
  /// The server took the value.
  case works
  /// The server refused it: another password, or no such account; servers do not say which.
  case refused
  /// The server let it in without asking for it, so it says nothing of the value.
  case unasked
}
