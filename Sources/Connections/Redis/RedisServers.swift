public import Specification

/// The servers of a cache as its entry in the section `cache` names them, and whom the daemon logs in as.
public struct RedisServers: Sendable, Hashable {
  /// Whom the daemon logs in as.
  public struct Login: Sendable, Hashable {
    /// The ACL user.
    public var user: String
    /// The secret of the environment that is its password.
    public var secret: String

    /// A user whose password is this secret.
    public init(user: String, secret: String) {
      self.user = user
      self.secret = secret
    }
  }

  /// `servers:`, every one of them.
  public let addresses: [RedisAddress]
  /// `login:`; nil where the servers let everybody in who reaches them.
  public let login: Login?
  /// `trust:`, root certificates of their authority; nil where they speak in the clear.
  public let trust: String?

  /// More than these are not looked at in one look.
  static let max = 64

  /// These servers.
  public init(_ addresses: [RedisAddress], login: Login? = nil, trust: String? = nil) {
    self.addresses = addresses
    self.login = login
    self.trust = trust
  }

  /// The servers in an entry: `servers`, `login` and `trust`. nil where `servers` cannot be read; what is wrong is recorded with
  /// `reader`.
  public init?(_ reader: MappingReader) {
    let addresses = Self.addresses("servers", of: reader, .required)
    let login = Self.login(reader)
    let trust = reader.path("trust")
    guard let addresses else { return nil }
    self.init(addresses, login: login, trust: trust)
  }

  private static func login(_ reader: MappingReader) -> Login? {
    guard let login = reader.mapping("login") else { return nil }
    defer { login.close() }
    let user = login.name("user", .required)
    let secret = login.name("password", .required)
    guard let user, let secret else { return nil }
    return Login(user: user, secret: secret)
  }

  /// A list of addresses, none of which is there twice.
  public static func addresses(
    _ key: String, of reader: MappingReader, _ presence: MappingReader.Presence
  ) -> [RedisAddress]? {
    let read = reader.list(key, presence) { node throws(Misreading) in
      let text = try node.formatted("an address such as `10.0.0.1:6379`, or the path of a Unix socket")
      guard let address = RedisAddress(text) else {
        throw Misreading(
          "an address such as `10.0.0.1:6379`, or the path of a Unix socket, is wanted, not \(text)",
          at: node.place)
      }
      return address
    }
    guard let read else { return nil }
    var seen: Set<RedisAddress> = []
    for address in read where !seen.insert(address).inserted {
      reader.refuse(key, "`\(key)`: \(address) is there twice")
    }
    if read.count > max {
      reader.refuse(key, "`\(key)`: \(read.count) are too many for one cache, at most \(max)")
    }
    return read
  }
}
