public import EventLog
public import Host
public import Logging
public import Reconciliation

/// What the daemon is composed of: the log, the controllers and the doors to the machine.
public struct Doors: Sendable {
  /// The version that the daemon gives itself.
  public let version: String
  /// The event log, open for writing.
  public let log: EventLog
  /// The controllers, in the order of the status table.
  public let controllers: [LiveController]
  /// News of resources that changed by themselves: a child that died, a folder that was written to.
  public let notices: [AsyncStream<ResourceID>]
  /// Time.
  public let clock: any WallClock
  /// Tells the service manager how things stand.
  public let notifier: any ServiceNotifier
  /// Is told of events once they are durable, in order. Must not wait.
  public let onRecorded: @Sendable ([Event]) -> Void
  /// What a person reads in the journal or on the terminal.
  public let logger: Logger

  /// A composition; `stewardd` makes the real one, tests their own.
  public init(
    version: String, log: EventLog, controllers: [LiveController], notices: [AsyncStream<ResourceID>],
    clock: any WallClock, notifier: any ServiceNotifier, onRecorded: @escaping @Sendable ([Event]) -> Void,
    logger: Logger
  ) {
    self.version = version
    self.log = log
    self.controllers = controllers
    self.notices = notices
    self.clock = clock
    self.notifier = notifier
    self.onRecorded = onRecorded
    self.logger = logger
  }
}
