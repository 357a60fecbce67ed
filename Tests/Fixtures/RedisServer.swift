public import Glibc

/// A real Redis server in a scratch folder. It listens on a Unix socket, and on a loopback
/// port where others must find it: in the clear, or by TLS alone.
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
  /// What it shows there; nil where it speaks in the clear.
  public let certificate: PrivateCertificate?
  private let arguments: [String]
  private var server: LocalServer?

  /// Its Unix socket.
  public var socket: String { folder.path("redis.sock") }
  /// What it logged.
  public var log: String { folder.text("log") ?? "" }

  /// A server with these lines in its redis.conf beside what a test needs; started.
  /// - Parameter certificate: what it shows on its port, to clients and to other servers.
  public init(
    _ lines: String..., listens: Bool = false, certificate: PrivateCertificate? = nil, users: Users = .file
  ) {
    folder = ScratchFolder()
    port = listens ? freePort() : 0
    self.certificate = certificate
    var settings =
      Self.listening(on: port, certificate) + [
        "unixsocket \(folder.path("redis.sock"))", "unixsocketperm 700", "dir \(folder.path)",
        "loglevel debug", "enable-debug-command yes",
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

  /// The lines by which a server, or a sentinel, listens on a port of the loopback, and speaks to others of its kind alike.
  public static func listening(on port: Int, _ certificate: PrivateCertificate?) -> [String] {
    guard let certificate else { return ["port \(port)", "bind 127.0.0.1"] }
    return [
      "port 0", "tls-port \(port)", "bind 127.0.0.1", "tls-cert-file \(certificate.file)",
      "tls-key-file \(certificate.key)", "tls-ca-cert-file \(certificate.authority)", "tls-auth-clients no",
      "tls-replication yes", "tls-cluster yes",
    ]
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
