internal import CLinux
internal import CrashPoints
internal import Glibc

/// Which process it is, for good: numbers are used again, the moment a process began within a boot is not.
public struct ProcessIdentity: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Its number.
  public let pid: Int32
  /// When it began, in clock ticks since boot (proc(5), stat field 22).
  public let startTicks: UInt64
  /// The boot it belongs to, ``Machine/bootID``.
  public let bootID: String

  /// The process with these marks.
  public init(pid: Int32, startTicks: UInt64, bootID: String = Machine.bootID) {
    self.pid = pid
    self.startTicks = startTicks
    self.bootID = bootID
  }

  /// The process that has this number now. `nil`: none has, or it has ended and only waits to be reaped.
  public init?(running pid: Int32) {
    guard let status = ProcessStatus(of: pid), status.isRunning else { return nil }
    self.init(pid: pid, startTicks: status.startTicks)
  }

  /// Whether this very process runs now.
  public var isRunning: Bool { ProcessIdentity(running: pid) == self }

  /// "4711 (started at tick 99)".
  public var description: String { "process \(pid) (started at tick \(startTicks))" }

  /// Sends a signal to this very process and never to a later one of the same number: the descriptor is taken
  /// first, the identity compared after, and the signal goes through the descriptor (pidfd_send_signal(2)).
  /// Returns false where it has ended.
  /// - Throws: ``HostError``
  @discardableResult
  public func signal(_ signal: ProcessSignal) throws(HostError) -> Bool {
    guard let handle = try open() else { return false }
    let result = effect("process.signal") { clinux_pidfd_send_signal(handle.raw, signal.rawValue) }
    if result == 0 { return true }
    if errno == ESRCH { return false }
    throw .last("send \(signal) to", description)
  }

  /// A descriptor that stands for this very process. `nil`: it has ended.
  func open() throws(HostError) -> Descriptor? {
    let raw = clinux_pidfd_open(pid)
    if raw < 0 && (errno == ESRCH || errno == EINVAL) { return nil }
    let handle = try Descriptor(raw, "open", description)
    guard let status = ProcessStatus(of: pid), status.startTicks == startTicks, bootID == Machine.bootID
    else {
      return nil
    }
    return handle
  }
}

/// A signal (signal(7)).
public struct ProcessSignal: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The number on this machine.
  public let rawValue: Int32
  /// The signal of that number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Please end.
  public static let terminate = ProcessSignal(rawValue: SIGTERM)
  /// End at once; cannot be refused.
  public static let kill = ProcessSignal(rawValue: SIGKILL)

  private static let names = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGABRT: "SIGABRT",
    SIGBUS: "SIGBUS",
    SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM",
    SIGTERM: "SIGTERM", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
  ]

  /// "SIGTERM".
  public var description: String {
    Self.names[rawValue] ?? "signal \(rawValue)"
  }
}
