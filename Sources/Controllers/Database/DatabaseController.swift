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

  /// Lends a session as the administrator to `body`.
  /// - Throws: ``Failure``.
  func session<T: Sendable>(
    _ resource: Resource<DatabaseSpec>, for operation: String,
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
      return try await PostgreSQLServer(address).session(asAdminWith: known, body)
    } catch let error as PostgreSQLError {
      throw Failure(
        Failure.Class(rawValue: error.class.rawValue) ?? .transient,
        code: error.state.map { "sqlstate-\($0)" } ?? "server", operation: operation,
        subject: "the server at \(address)", cause: error.message)
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
