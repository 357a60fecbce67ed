/// What a service tells the manager that runs it (sd_notify(3)).
public enum ServiceMessage: Hashable, Sendable {
  /// It serves now. With what it has to say about that.
  case ready(status: String)
  /// It reads its files again; ``ready(status:)`` follows. The moment goes with it, as Type=notify-reload
  /// wants.
  case reloading
  /// One line for `systemctl status`.
  case status(String)
  /// It is alive: its loop has really turned.
  case watchdog
  /// It is ending.
  case stopping
}

/// The door to the service manager. ``SystemdNotifier`` is used where there is one; ``SilentNotifier`` where
/// there is none.
public protocol ServiceNotifier: Sendable {
  /// How often ``ServiceMessage/watchdog`` must be said at least; say it twice as often. `nil`: nobody
  /// listens for it.
  var watchdogInterval: Duration? { get }

  /// Tells the manager. A manager that cannot be reached is no fault of the service's: nothing is thrown.
  func tell(_ message: ServiceMessage)
}

/// For a daemon in the foreground: nobody listens.
public struct SilentNotifier: ServiceNotifier {
  /// Tells nobody.
  public init() {}
  public var watchdogInterval: Duration? { nil }
  public func tell(_ message: ServiceMessage) {}
}
