public import Calendar
public import Host
import PostgreSQL
public import Reconciliation
public import SecretStore

/// Keeps the section `database`: what a PostgreSQL server is like, and those of its settings that are written.
///
/// It looks with one statement over one connection. It changes settings that take effect without a restart, and nothing
/// else: whatever else differs is for an administrator, and said with what to do.
public struct DatabaseController: Controller {
  public static let name = "database"
  public static let words = ControllerKind.words(["set"])
  public static let hears: Set<Fact.Name> = []

  /// The values that may be a secret's, the likeliest first: environment, name. No text of what it throws may hold one.
  public typealias Passwords = @Sendable (_ environment: String, _ secret: String) async throws -> [Secret]

  let clock: any WallClock
  let passwords: Passwords

  /// A controller whose administrators log in with `passwords`, where the server does not know the daemon's user by itself.
  public init(clock: any WallClock = SystemClock(), passwords: @escaping Passwords) {
    self.clock = clock
    self.passwords = passwords
  }

  /// What Patroni says of a resource's cluster; nil where it does not run it.
  /// - Throws: ``Failure``.
  func cluster(of resource: Resource<DatabaseSpec>) async throws -> PatroniCluster? {
    guard let address = resource.spec.address, !address.patroni.isEmpty else { return nil }
    do {
      return try await Patroni(address.patroni).cluster()
    } catch let error as PostgreSQLError {
      throw Failure(error, "look", at: address)
    }
  }

  /// Lends a session as the administrator to `body`, with the leader of `cluster` where that was just seen.
  /// - Throws: ``Failure``.
  func session<T: Sendable>(
    _ resource: Resource<DatabaseSpec>, in cluster: PatroniCluster? = nil, for operation: String,
    _ body: @escaping @Sendable (PostgreSQLSession) throws -> T
  ) async throws -> T {
    guard let address = resource.spec.address else {
      throw Failure(
        .terminal, code: "address", operation: operation, subject: "\(resource.id)",
        cause: "neither `socket` nor `host` is written")
    }
    var known: [Secret] = []
    if let secret = address.adminSecret {
      do {
        known = try await passwords(resource.id.environment, secret)
      } catch {
        throw Failure(
          .transient, code: "secret", operation: operation, subject: "\(secret)",
          cause: "it is the administrator's password, and cannot be read")
      }
    }
    do {
      let leader = try cluster.map(address.leading) ?? address
      return try await PostgreSQLServer(leader).session(asAdminWith: known, body)
    } catch let error as PostgreSQLError {
      throw Failure(error, operation, at: address)
    }
  }

  public static func expect(
    _ action: DatabaseAction, of resource: Resource<DatabaseSpec>, after observed: DatabaseObserved,
    at now: Instant
  ) -> DatabaseObserved {
    var after = observed
    for index in after.settings.indices where after.settings[index].name == action.setting {
      after.settings[index].value = after.settings[index].inUnit(action.value) ?? action.value
      after.settings[index].source = DatabaseSetting.file
    }
    return after
  }
}
