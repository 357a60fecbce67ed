import Calendar
import PostgreSQL
import Reconciliation
import Redis
import Specification

/// The account in a server whose password a secret is.
struct ServerAccount: Sendable, Hashable {
  /// Where it is.
  enum Server: Sendable, Hashable {
    case postgresql(PostgreSQLAddress)
    case redis(RedisServers)

    /// Whether an account takes several passwords at once: then one does, and no login fails.
    var takesSeveral: Bool {
      switch self {
      case .postgresql: false
      case .redis: true
      }
    }

    /// Where it is reached.
    var places: [String] {
      switch self {
      case .postgresql(let address): address.places
      case .redis(let servers): servers.addresses.map { "\($0)" }
      }
    }
  }

  /// The server.
  var server: Server
  /// `role:`.
  var role: String
  /// `pause:`, for how long logins may fail at a rotation of one account alone; nil where two accounts take turns.
  var pause: Duration?

  /// Whether two accounts take turns: then the one before works on while the new one is taken up, and no login fails.
  var takesTurns: Bool { pause == nil && !server.takesSeveral }

  /// How long the one before works on where no `overlap` is written: a day's deployments pass by then.
  var defaultOverlap: TimeSpan { pause == nil ? TimeSpan(duration: .seconds(86_400)) : .zero }

  /// The second of two accounts that take turns: a member of the first, so that it has the same rights.
  var second: String { "\(role)_b" }

  /// Every account that can be in force.
  var users: [String] { takesTurns ? [role, second] : [role] }

  /// The account for the version after one of `user`. The first version of all goes to the second account: who used the
  /// first until now goes on, and whoever takes no notice of the account's name fails at once, not after a period.
  func user(after user: String?) -> String { takesTurns && user != second ? second : role }
}

extension SecretSpec {
  func having(_ account: ServerAccount?) -> SecretSpec {
    var spec = self
    spec.account = account
    return spec
  }
}

extension SecretReading {
  /// The account where steward sets the password by itself; nil where it does not.
  func account(of spec: SecretSpec) -> ServerAccount? {
    let pause = reader.duration("pause")
    guard let server = spec.server, spec.rotate == nil, let role = spec.role,
      let node = environment.servers[server]
    else {
      if reader.has("pause") {
        reader.refuse(
          "pause", "`pause` is for a `role` in a server that is written with its address, and has no `rotate`"
        )
      }
      return nil
    }
    // What is wrong there is said where it is read for its own sake.
    let entry = MappingReader(node, path: server, mistakes: Mistakes())
    guard let place = place(of: server, entry) else { return nil }
    if reader.has("pause"), case .redis = place {
      reader.refuse(
        "pause", "`pause` has no place with \(server): a user there takes two passwords during the `overlap`")
      return nil
    }
    if pause != nil, reader.has("overlap") {
      reader.refuse(
        "overlap",
        "`overlap` has no place beside `pause`: one account has one password, and the one before ends with the new one"
      )
    }
    return ServerAccount(server: place, role: role, pause: pause)
  }

  private func place(of server: String, _ entry: MappingReader) -> ServerAccount.Server? {
    if server.hasPrefix("cache/") { return RedisServers(entry).map { .redis($0) } }
    return PostgreSQLAddress(entry, encrypted: entry.text("encrypted")).map { .postgresql($0) }
  }
}
