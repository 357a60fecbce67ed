/// Where a server of HashiCorp Vault or OpenBao keeps secrets, and who steward is there.
///
/// `{environment}` stands for the environment's name in every text but `address` and `trust`, so that each can have a login
/// that sees nothing of the others'.
public struct VaultSettings: Sendable, Hashable {
  /// By what steward is let in.
  public enum Login: Sendable, Hashable {
    /// A token that somebody else puts into this file and renews, such as an agent; read anew for each request.
    case token(file: String)
    /// AppRole, at `auth/approle`: the role's id and a secret id, each in a file.
    case appRole(roleIDFile: String, secretIDFile: String)
  }

  /// The word that stands for an environment's name.
  public static let placeholder = "{environment}"

  /// Its URL without a path: `https://vault.example.org:8200`.
  public var address: String
  /// The root certificates of that URL; nil: the system's.
  public var trust: String?
  /// The namespace; nil: the root's.
  public var namespace: String?
  /// Where its KV engine is, of version 2.
  public var mount: String
  /// The folder in it, in which each secret has its name.
  public var path: String
  /// By what steward is let in.
  public var login: Login

  /// The engine at `mount` of the server at `address`.
  public init(
    address: String, trust: String? = nil, namespace: String? = nil, mount: String = "secret",
    path: String = "steward/{environment}", login: Login
  ) {
    self.address = address
    self.trust = trust
    self.namespace = namespace
    self.mount = mount
    self.path = path
    self.login = login
  }

  /// The same for one environment, with its name in all places.
  func of(_ environment: String) -> VaultSettings {
    func filled(_ text: String) -> String { text.replacing(Self.placeholder, with: environment) }
    var settings = self
    settings.namespace = namespace.map(filled)
    settings.mount = filled(mount)
    settings.path = filled(path)
    switch login {
    case .token(let file): settings.login = .token(file: filled(file))
    case .appRole(let role, let secret):
      settings.login = .appRole(roleIDFile: filled(role), secretIDFile: filled(secret))
    }
    return settings
  }
}
