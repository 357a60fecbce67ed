/// What logging in to a secret's server tells. One login with the value in force says it all where it works; whatever else
/// is asked is asked because it does not.
public struct ServerSeen: Sendable, Codable, Equatable {
  /// Why nothing can be said of it; nil where it answered.
  public var unknown: String?
  /// Why its accounts cannot be given passwords, as words for a person. Asked where a version waits for being set, and where
  /// the value in force does not work.
  public var refusal: String?
  /// What a login with the value in force led to; nil where there is none yet.
  public var login: LoginSeen?
  /// The newest former version whose value works while that in force does not.
  public var older: Int?
  /// Of several servers that each have their own users: which of them refuse the value in force; nil where none does, or
  /// there is one alone.
  public var refusing: [String]?
  /// At which of them the account also takes a password that is no
  /// version's; nil where at none, or where no server tells.
  public var strangers: [String]?
  /// At which of them a new password is forgotten at a restart; nil where at none.
  public var forgetful: [String]?
  /// Which of them let anybody in without a password; nil where none does.
  public var open: [String]?

  /// A server as seen.
  public init(
    login: LoginSeen? = nil, older: Int? = nil, refusal: String? = nil, unknown: String? = nil
  ) {
    self.login = login
    self.older = older
    self.refusal = refusal
    self.unknown = unknown
  }
}
