internal import CrashPoints
internal import Glibc

/// Datagrams to the socket that systemd names in NOTIFY_SOCKET, a path or an abstract name after "@".
public struct SystemdNotifier: ServiceNotifier {
  public let watchdogInterval: Duration?
  private let address: [UInt8]
  private let clock: any WallClock

  /// The manager's own words about the environment of this process. `nil`: it was not started by such a
  /// manager, or the address is no Unix socket's.
  ///
  /// - Parameter environment: NOTIFY_SOCKET; WATCHDOG_USEC, which counts only where WATCHDOG_PID, if given,
  ///   is this process.
  public init?(environment: [String: String], clock: any WallClock = SystemClock()) {
    guard let text = environment["NOTIFY_SOCKET"], text.hasPrefix("/") || text.hasPrefix("@") else {
      return nil
    }
    var address = Array(text.utf8)
    // sun_path holds 108 bytes; a path ends with a zero in it, an abstract name begins with one.
    guard address.count > 1, address.count < 108 else { return nil }
    if address[0] == UInt8(ascii: "@") { address[0] = 0 }
    self.address = address
    self.clock = clock
    watchdogInterval = Self.watchdogInterval(environment)
  }

  /// The notifier for this process: systemd's where it was started by it, else the silent one. The variables
  /// are removed from the environment, so that no child speaks in this service's name: to be called once,
  /// before other threads read the environment.
  public static func fromEnvironment() -> any ServiceNotifier {
    let names = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
    var environment: [String: String] = [:]
    for name in names {
      if let value = getenv(name) { environment[name] = String(cString: value) }
      unsetenv(name)
    }
    return SystemdNotifier(environment: environment) ?? SilentNotifier()
  }

  public func tell(_ message: ServiceMessage) {
    // How things stand is told again soon; the daemon's loop does not wait for a manager that is busy.
    if case .status = message { return send(text(of: message), waits: false) }
    send(text(of: message), waits: true)
  }

  private func text(of message: ServiceMessage) -> String {
    switch message {
    case .ready(let status): "READY=1\nSTATUS=\(Self.oneLine(status))"
    case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(microseconds(clock.monotonic))"
    case .status(let status): "STATUS=\(Self.oneLine(status))"
    case .watchdog: "WATCHDOG=1"
    case .stopping: "STOPPING=1"
    }
  }

  private func send(_ text: String, waits: Bool) {
    let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return }
    defer { close(socket) }
    // A manager that does not read must not stop the service.
    var patience = timeval(tv_sec: 0, tv_usec: 200_000)
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))

    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
    let isAbstract = address[0] == 0
    let length = MemoryLayout<sa_family_t>.size + address.count + (isAbstract ? 0 : 1)
    let bytes = Array(text.utf8)
    let flags = Int32(MSG_NOSIGNAL) | (waits ? 0 : Int32(MSG_DONTWAIT))
    withUnsafePointer(to: &name) { name in
      name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        _ = effect("notify.send") { sendto(socket, bytes, bytes.count, flags, name, socklen_t(length)) }
      }
    }
  }

  private static func watchdogInterval(_ environment: [String: String]) -> Duration? {
    guard let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init), microseconds > 0 else {
      return nil
    }
    if let pid = environment["WATCHDOG_PID"], Int32(pid) != getpid() { return nil }
    return .microseconds(microseconds)
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }

  private func microseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
