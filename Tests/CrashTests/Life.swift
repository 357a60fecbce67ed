import Fixtures
import Glibc
import Host

/// One run of `stewardd`.
final class Life {
  let pid: pid_t
  let trace: String
  private var status: Int32?

  init(in world: World, killedAt point: String? = nil) throws {
    world.lives += 1
    trace = "\(world.folder)/trace.\(world.lives)"
    let program = Life.program
    let arguments = [
      program, "--config", "\(world.folder)/config", "--state", world.state, "--socket", world.socket,
    ]
    var environment = [
      "PATH=\(Command.defaultPath)", "STEWARD_CRASH_TRACE=\(trace)", "NOTIFY_SOCKET=\(world.folder)/notify",
    ]
    if let point { environment.append("STEWARD_CRASH_AT=\(point)") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, "\(world.folder)/said", O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, program, &actions, nil, &words, &variables)
    guard result == 0 else { throw Errno(code: result) }
    self.pid = pid
  }

  /// `STEWARD_DAEMON`, or the one built beside the tests.
  private static let program: String = {
    if let given = getenv("STEWARD_DAEMON") { return String(cString: given) }
    let bundle = CommandLine.arguments[0]
    let beside = bundle.lastIndex(of: "/").map { String(bundle[..<$0]) + "/stewardd" }
    return [beside, ".build/debug/stewardd"].compactMap(\.self).first { access($0, X_OK) == 0 } ?? "stewardd"
  }()

  /// Its wait status; nil while it runs.
  var ended: Int32? {
    if status == nil {
      var found: Int32 = 0
      if waitpid(pid, &found, WNOHANG) == pid { status = found }
    }
    return status
  }

  var wasKilled: Bool { ended.map { $0 & 0x7f == SIGKILL } ?? false }

  func end(_ signal: Int32) {
    guard ended == nil else { return }
    kill(pid, signal)
    if signal == SIGKILL {
      var found: Int32 = 0
      if waitpid(pid, &found, 0) == pid { status = found }
    }
  }

  /// The points passed so far, in order.
  var passed: [String] {
    guard access(trace, F_OK) == 0 else { return [] }
    return String(decoding: Bytes.read(trace), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

/// The socket that a service manager has: what is told there is read and forgotten.
final class Manager {
  private let descriptor: Int32

  init(at path: String) throws {
    descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw Errno(code: errno) }
  }

  func read() {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
  }

  func close() { Glibc.close(descriptor) }
}

/// A process that belongs to a world: a daemon's child, or what a dead one left.
struct Resident {
  let pid: pid_t
  /// The instance that it is of; nil for a command.
  let instance: String?
  let words: [String]

  /// All but daemons.
  static func all(of folder: String) -> [Resident] {
    ((try? PlainFile.names(in: "/proc")) ?? []).compactMap { name in
      guard let pid = pid_t(name), let environment = texts("/proc/\(pid)/environ"), !environment.isEmpty
      else {
        return nil
      }
      let words = texts("/proc/\(pid)/cmdline") ?? []
      guard !words.isEmpty, !words[0].hasSuffix("/stewardd"),
        (environment + words).contains(where: { $0.contains(folder) })
      else { return nil }
      let marker = environment.first { $0.hasPrefix("STEWARD_INSTANCE=") }
      return Resident(
        pid: pid, instance: marker.map { String($0.dropFirst(17).prefix { $0 != "@" }) }, words: words)
    }
  }

  static func variables(of pid: pid_t) -> [String] { texts("/proc/\(pid)/environ") ?? [] }

  private static func texts(_ path: String) -> [String]? {
    (try? PlainFile.read(path, bytesMax: 1 << 20)).flatMap(\.self)?.split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
