import Glibc

/// A server of one test's own: started in the foreground, its words in a file, ended with the value.
public final class RunningServer: Sendable {
  /// Where its words are.
  public let log: String
  private let pid: pid_t

  /// Starts a program by its path, then its arguments.
  /// - Parameter variables: in the form NAME=value, all that it gets.
  public init(_ arguments: [String], variables: [String] = [], folder: ScratchFolder, name: String) throws {
    log = folder.path("\(name).log")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for pointer in words + environment { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, arguments[0], &actions, nil, &words, &environment)
    guard result == 0 else { throw Errno(result) }
    self.pid = pid
  }

  deinit { end() }

  /// What it said.
  public var said: String { String(decoding: Bytes.read(log), as: UTF8.self) }

  /// Ends it and waits for its end.
  public func end() {
    guard kill(pid, SIGTERM) == 0 else { return }
    var status: Int32 = 0
    for _ in 0..<200 where waitpid(pid, &status, WNOHANG) == 0 { usleep(10_000) }
    if kill(pid, SIGKILL) == 0 { waitpid(pid, &status, 0) }
  }

  private struct Errno: Error {
    let number: Int32
    init(_ number: Int32) { self.number = number }
  }
}

/// Whether something listens on a port of the loopback.
public func isListening(_ port: Int) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
  address.sin_port = in_port_t(port).bigEndian
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
