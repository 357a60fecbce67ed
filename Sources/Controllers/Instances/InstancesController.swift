public import Host
public import Reconciliation

/// Keeps `instances`: how many of what runs, with which variables and secrets, during which hours.
///
/// They are children of the daemon that outlive it: each leads a session of its own, and the next daemon knows it again
/// by the marks in its environment. The rules of what runs stand in `Plan.swift`.
public struct InstancesController: Controller {
  public static let name = "instances"

  /// `restart`: every instance that was started before the demand is started anew, one at a time.
  public static let requests = ["restart"]
  public static let words = ControllerKind.words(["start", "stop", "restart"])

  /// Reads the value of a version of a secret: environment, name, version. It throws where there is none; no text of
  /// what it throws may hold a secret.
  public typealias SecretValue =
    @Sendable (_ environment: String, _ name: String, _ version: Int) async throws -> String

  let children: any ChildKeeper
  let secretValue: SecretValue
  let clock: any WallClock
  let ledger: Ledger

  /// A controller whose instances are kept by `children` and get their secrets from `secretValue`.
  public init(
    children: any ChildKeeper, clock: any WallClock = SystemClock(), secretValue: @escaping SecretValue
  ) {
    self.children = children
    self.clock = clock
    self.secretValue = secretValue
    ledger = Ledger(clock: clock)
    ledger.follow(children.exits())
  }

  /// The resources of which an instance ended just now, so that nobody has to wait for the next look. For one reader.
  public var changes: AsyncStream<ResourceID> { ledger.changes }

  /// What the instances of `resource` use, as measured at a recent look: for metrics, which want fine figures.
  public func use(of resource: ResourceID) -> [InstanceUse] { ledger.uses(of: resource) }
}

/// What one instance uses.
public struct InstanceUse: Sendable, Hashable {
  /// Which instance.
  public let instance: InstanceName
  /// The processes of its session together.
  public let use: ResourceUse
}
