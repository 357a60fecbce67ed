public import Glibc

/// A real Redis server in a scratch folder, with users in an ACL file. It listens on a Unix socket, and on a loopback
/// port where others must find it.
public final class RedisServer: @unchecked Sendable {
  /// Debian's redis-server.
  public static let program = "/usr/bin/redis-server"
  /// Whether it is there, or must be.
  public static var isAvailable: Bool { LocalServer.has(program, "/usr/bin/redis-cli") }

  /// What holds its files.
  public let folder: ScratchFolder
  /// Its port on the loopback address; 0 where it has none.
  public let port: Int
  private var server: LocalServer?

  /// Its Unix socket.
  public var socket: String { folder.path("redis.sock") }
  /// What it logged.
  public var log: String { folder.text("log") ?? "" }

  /// A server with these lines in its redis.conf beside what a test needs; started.
  public init(_ lines: String..., listens: Bool = false) {
    folder = ScratchFolder()
    port = listens ? LocalServer.freePort() : 0
    folder.write("", to: "users.acl", mode: 0o600)
    let file = [
      "port \(port)", "bind 127.0.0.1", "unixsocket \(socket)", "unixsocketperm 700", "dir \(folder.path)",
      "aclfile \(folder.path("users.acl"))", "loglevel debug", "enable-debug-command yes",
    ]
    folder.write((file + lines).joined(separator: "\n") + "\n", to: "redis.conf", mode: 0o600)
    start()
  }

  /// Starts it, again where it was stopped, and waits until it answers.
  public func start() {
    server = LocalServer(
      [RedisServer.program, folder.path("redis.conf")], log: folder.path("log"))
    guard server != nil else { return }
    for _ in 0..<500 where access(socket, F_OK) != 0 { usleep(10_000) }
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
