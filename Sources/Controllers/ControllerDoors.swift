public import Host
public import SecretStore
public import Systemd

/// The doors to the machine that controllers go through. A controller takes the ones it needs.
public struct ControllerDoors: Sendable {
  /// The daemon's state folder, 0700, by its path without links.
  public let stateFolder: String
  /// Time.
  public let clock: any WallClock
  /// Random numbers.
  public let randomness: any Randomness
  /// The operator's commands.
  public let commands: any CommandRunner
  /// Children that outlive the daemon.
  public let children: Children
  /// Units of systemd.
  public let units: any UnitKeeper
  /// Where what those units read is written: a folder that does not outlive the machine's run, by its path without links.
  public let unitFiles: String
  /// Secrets at rest.
  public let secrets: any SecretStore

  /// These doors.
  public init(
    stateFolder: String, clock: any WallClock, randomness: any Randomness, commands: any CommandRunner,
    children: Children, units: any UnitKeeper, unitFiles: String, secrets: any SecretStore
  ) {
    self.stateFolder = stateFolder
    self.clock = clock
    self.randomness = randomness
    self.commands = commands
    self.children = children
    self.units = units
    self.unitFiles = unitFiles
    self.secrets = secrets
  }
}
