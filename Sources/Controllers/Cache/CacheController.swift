public import Calendar
public import Host
public import Reconciliation
import Redis

/// Keeps caches: which servers there are and which of them leads, how much memory they may use and what they keep over a
/// restart.
///
/// It starts and joins no servers: how one comes to be is the business of the unit that runs it, and who leads is
/// Sentinel's or the cluster's. What the file says of their settings it keeps.
public struct CacheController: Controller {
  public static let name = "cache"
  public static let words = ControllerKind.words(["set"])
  public static let hears: Set<Fact.Name> = []

  /// The value in force of a secret of an environment; nil where there is none yet. It throws what tells no secret.
  public typealias SecretValue =
    @Sendable (_ environment: String, _ name: String) async throws -> String?

  let client: RedisClient
  let clock: any WallClock
  let secretValue: SecretValue

  /// A controller that asks through `commands`, and logs in with what `secretValue` knows.
  public init(
    commands: any CommandRunner = SubprocessRunner(), clock: any WallClock = SystemClock(),
    secretValue: @escaping SecretValue
  ) {
    client = RedisClient(commands)
    self.clock = clock
    self.secretValue = secretValue
  }

  public static func plan(
    _ resource: Resource<CacheSpec>, _ observed: Observation<CacheObserved>, _ context: PlanContext
  ) -> Plan<CacheAction> {
    switch observed {
    case .unknown(let reason, _): CachePlanning.blind(resource, because: reason, at: context.now)
    case .known(let observed, _): CachePlanning(resource, observed).plan
    }
  }

  public static func expect(
    _ action: CacheAction, of resource: Resource<CacheSpec>, after observed: CacheObserved, at now: Instant
  ) -> CacheObserved {
    var next = observed
    next.change(action.server) { $0.settings[action.setting] = action.value }
    return next
  }

  /// The login of the file with its password.
  /// - Throws: ``Failure`` where the store holds none.
  func login(of resource: Resource<CacheSpec>, for operation: String) async throws -> RedisLogin? {
    guard let login = resource.spec.login else { return nil }
    let password = try? await secretValue(resource.id.environment, login.secret)
    guard let password else {
      throw Failure(
        .transient, code: "secret", operation: operation, subject: "\(resource.id)",
        cause: "the secret \(login.secret) cannot be read, or has no value yet")
    }
    return RedisLogin(user: login.user, password: password)
  }
}
