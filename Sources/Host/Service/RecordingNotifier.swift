internal import Synchronization

/// A notifier for tests: keeps what it was told.
public final class RecordingNotifier: ServiceNotifier {
  public let watchdogInterval: Duration?
  private let told = Mutex<[ServiceMessage]>([])

  /// A notifier that asks for a sign of life this often.
  public init(watchdogInterval: Duration? = nil) { self.watchdogInterval = watchdogInterval }

  /// What it was told, in order.
  public var messages: [ServiceMessage] { told.withLock { $0 } }

  public func tell(_ message: ServiceMessage) { told.withLock { $0.append(message) } }
}
