public import Glibc

/// A real Redis server in a scratch folder. It listens on a Unix socket, and on a loopback
/// port where others must find it.
public final class RedisServer: @unchecked Sendable {
  /// Debian's redis-server.
  public static let program = "/usr/bin/redis-server"
  /// Whether it is there, or must be.
  public static var isAvailable: Bool { LocalServer.has(program, "/usr/bin/redis-cli") }

  /// Where it reads its users from at its start.
  public enum Users: Sendable {
    /// An ACL file, `users.acl`.
    case file
    /// Its `redis.conf`.
    case settings
    /// Nowhere: it has no file at all.
    case nowhere
  }

  /// What holds its files.
  public let folder: ScratchFolder
  /// Its port on the loopback address; 0 where it has none.
  public let port: Int
  private let arguments: [String]
  private var server: LocalServer?

  /// Its Unix socket.
  public var socket: String { folder.path("redis.sock") }
  /// What it logged.
  public var log: String { folder.text("log") ?? "" }

  /// A server with these lines in its redis.conf beside what a test needs; started.
  public init(_ lines: String..., listens: Bool = false, users: Users = .file) {
    folder = ScratchFolder()
    port = listens ? freePort() : 0
    var settings =
      [
        "port \(port)", "bind 127.0.0.1", "unixsocket \(folder.path("redis.sock"))", "unixsocketperm 700",
        "dir \(folder.path)", "loglevel debug", "enable-debug-command yes",
      ] + lines
    if users == .file {
      folder.write("", to: "users.acl", mode: 0o600)
      settings.append("aclfile \(folder.path("users.acl"))")
    }
    if users == .nowhere {
      arguments = settings.flatMap { setting in
        let words = setting.split(separator: " ").map(String.init)
        return ["--" + words[0]] + words.dropFirst()
      }
    } else {
      folder.write(settings.joined(separator: "\n") + "\n", to: "redis.conf", mode: 0o600)
      arguments = [folder.path("redis.conf")]
    }
    start()
  }

  /// Starts it, again where it was stopped, and waits until it answers.
  public func start() {
    server = LocalServer(
      [RedisServer.program] + arguments, log: folder.path("log"))
    guard server != nil else { return }
    for _ in 0..<500 {
      if answers { return }
      usleep(10_000)
    }
  }

  /// Whether it serves: it listens a moment before it has read what it kept.
  private var answers: Bool {
    guard let answer = RedisSession(socket)?.ask("PING") else { return false }
    return !answer.hasPrefix("-LOADING")
  }

  /// Ends it.
  public func stop(_ signal: Int32 = SIGTERM) {
    server?.stop(signal)
    server = nil
    unlink(socket)
  }

  /// Lets it accept and not answer, until ``resume()``.
  public func freeze() { server?.signal(SIGSTOP) }

  /// Lets it answer again.
  public func resume() { server?.signal(SIGCONT) }
}
