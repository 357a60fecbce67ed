public import Host
public import Reconciliation
public import Systemd

/// Keeps `instances`: how many of what runs, with which variables and secrets, during which hours.
///
/// They are children of the daemon that outlive it: each leads a session of its own, and the next daemon knows it again
/// by the marks in its environment. Or they are units of systemd, which read what the daemon wrote for them. The rules of
/// what runs stand in `Plan.swift`, and are the same for both.
public struct InstancesController: Controller {
  public static let name = "instances"

  /// `restart`: every instance that was started before the demand is started anew, one at a time.
  public static let requests = ["restart"]
  public static let words = ControllerKind.words(["start", "stop", "restart", InstancesAction.scaling])

  /// Reads a version of a secret: environment, name, version; gives its value, and the account that it is the password of
  /// where it is one's. It throws where there is none; no text of what it throws may hold a secret.
  public typealias SecretValue =
    @Sendable (_ environment: String, _ name: String, _ version: Int) async throws -> (
      value: String, user: String?
    )

  let children: Children
  let units: any UnitKeeper
  let unitFiles: UnitFiles
  let commands: any CommandRunner
  let secretValue: SecretValue
  let clock: any WallClock
  let ledger: Ledger
  let unitLedger = UnitLedger()
  let loadLedger = LoadLedger()

  /// A controller whose instances are kept by `children` or as `units`, and get their secrets from `secretValue`. What
  /// units read is written to `unitFiles`, a folder by its path without links. Metrics are asked through `commands`.
  public init(
    children: Children, units: any UnitKeeper, unitFiles: String, commands: any CommandRunner,
    clock: any WallClock = SystemClock(),
    secretValue: @escaping SecretValue
  ) {
    self.children = children
    self.units = units
    self.unitFiles = UnitFiles(folder: unitFiles)
    self.commands = commands
    self.clock = clock
    self.secretValue = secretValue
    ledger = Ledger(clock: clock)
    ledger.follow(children.exits())
  }

  /// The resources of which an instance ended just now, so that nobody has to wait for the next look. For one reader.
  public var changes: AsyncStream<ResourceID> { ledger.changes }
}
