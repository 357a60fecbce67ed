internal import Glibc

/// A listening descriptor that the service manager opened for this process.
public struct InheritedSocket: Hashable, Sendable {
  /// The descriptor; whoever takes it closes it.
  public let descriptor: Int32
  /// Its name in the socket unit (FileDescriptorName=); systemd's default is the unit's own name.
  public let name: String
}

/// Descriptors passed by the service manager (sd_listen_fds(3)).
public enum SocketActivation {
  /// Descriptors begin here.
  static let first: Int32 = 3
  /// More than this is a mistake and not a set of sockets.
  static let socketsMax: Int32 = 64

  /// The sockets passed to this process, made close-on-exec. The variables are removed, so that a second
  /// call, or a child, finds none: to be called once, before other threads read the environment.
  public static func take() -> [InheritedSocket] {
    let names = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"]
    var environment: [String: String] = [:]
    for name in names {
      if let value = getenv(name) { environment[name] = String(cString: value) }
      unsetenv(name)
    }
    return sockets(environment, processID: getpid()).filter { socket in
      let flags = fcntl(socket.descriptor, F_GETFD)
      return flags >= 0 && fcntl(socket.descriptor, F_SETFD, flags | FD_CLOEXEC) >= 0
    }
  }

  /// What the variables say. Nothing where they are meant for another process, or are not as they should be.
  static func sockets(_ environment: [String: String], processID: Int32) -> [InheritedSocket] {
    guard let pid = environment["LISTEN_PID"].flatMap(Int32.init), pid == processID,
      let count = environment["LISTEN_FDS"].flatMap(Int32.init), count > 0, count <= socketsMax
    else { return [] }
    let names =
      environment["LISTEN_FDNAMES"].map {
        $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      } ?? []
    return (0..<count).map { index in
      InheritedSocket(
        descriptor: first + index, name: Int(index) < names.count ? names[Int(index)] : "unknown")
    }
  }
}
