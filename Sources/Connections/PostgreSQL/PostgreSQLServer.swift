import Host
public import SecretStore

/// One server, and the way to it.
public struct PostgreSQLServer: Sendable {
  /// Where it is.
  public let address: PostgreSQLAddress

  /// A look or a step is a few statements that take milliseconds; who does not answer for this long is down.
  public static let patience = Duration.seconds(10)
  /// Enough for a hundred servers' looks at once with as many that hang; each costs a thread's stack.
  private static let threads = OwnThreads(max: 256)

  /// The server at `address`.
  public init(_ address: PostgreSQLAddress) { self.address = address }

  /// Logs in, lends the session to `body` on a thread of its own, and logs out. Where Patroni runs the server, it is the leader of
  /// this moment.
  ///
  /// - Parameter patience: How long all of it may take. The server is told to give up a statement by then, too. (Only the
  ///   resolving of a host's name can take longer: as long as the system's resolver is set to.)
  /// - Throws: ``PostgreSQLError``, or what `body` throws.
  public func session<T: Sendable>(
    as user: String, password: Secret? = nil, within patience: Duration = patience,
    _ body: @escaping @Sendable (PostgreSQLSession) throws -> T
  ) async throws -> T {
    let address =
      address.patroni.isEmpty ? address : try address.leading(await Patroni(address.patroni).cluster())
    return try await Self.threads.run {
      let session = try PostgreSQLSession(address, user: user, password: password, patience: patience)
      return try body(session)
    }
  }

  /// The same as the administrator of ``address``.
  /// - Parameter passwords: what may be its password, the likeliest first; none where the server knows the daemon's user by
  ///   itself. The next one is tried where the server says that one is wrong.
  public func session<T: Sendable>(
    asAdminWith passwords: [Secret], _ body: @escaping @Sendable (PostgreSQLSession) throws -> T
  ) async throws -> T {
    try await passwords.inTurn(isRefusal: { ($0 as? PostgreSQLError)?.isWrongPassword == true }) {
      try await session(as: address.admin, password: $0, body)
    }
  }
}
