import CrashPoints
public import Host

/// An ACME client (RFC 8555): lego(1) as a command.
///
/// One run at a time on this machine, for its accounts' sake and for the port that challenges come to. A run outlives the
/// daemon: it holds a lock for as long as it lives and writes to a file what it has to say, so that a daemon that was killed
/// meanwhile finds its certificate, or waits for it, and asks for no second one.
public struct Lego: Sendable {
  /// How the authority finds out that the hosts are ours.
  public enum Challenge: Sendable, Hashable {
    /// lego itself answers on this address, `:80` or `127.0.0.1:5002`, to which the hosts' port 80 leads.
    case http(String)
    /// A web server that is there already serves this folder.
    case webroot(String)
    /// A program sets a DNS record: it is given `present` or `cleanup`, the record's name and its value, and returns when
    /// the record can be seen.
    case dns(String)
  }

  /// What is asked for.
  public struct Order: Sendable {
    /// The authority's directory, an https URL.
    public var server: String
    /// Root certificates by which to trust that URL, a PEM file; nil: the system's.
    public var trust: String?
    /// Whom the authority writes to.
    public var email: String
    /// How it is convinced.
    public var challenge: Challenge
    /// The request, a file.
    public var request: String
    /// The folder of accounts and of `certificates/NAME.crt`, which holds the chain.
    public var folder: String
    /// The name of the files.
    public var name: String
    /// A lock of this order, a file's path: ``Lego/Problem/underWay`` where it is held.
    public var lock: String
    /// A lock of all orders, a file's path.
    public var turn: String
    /// Where it writes what it has to say.
    public var log: String

    /// An order with these parts.
    public init(
      server: String, trust: String?, email: String, challenge: Challenge, request: String, folder: String,
      name: String, lock: String, turn: String, log: String
    ) {
      self.server = server
      self.trust = trust
      self.email = email
      self.challenge = challenge
      self.request = request
      self.folder = folder
      self.name = name
      self.lock = lock
      self.turn = turn
      self.log = log
    }
  }

  private let commands: any CommandRunner

  private static let program = "/usr/bin/lego"
  /// A challenge through DNS takes minutes.
  private static let timeout = Duration.seconds(900)
  private static let logBytesMax = 1 << 20
  // Codes that neither lego nor a shell exits with.
  private static let lockHeld: Int32 = 75
  private static let notItsTurn: Int32 = 76

  /// lego as `commands` runs it.
  public init(_ commands: any CommandRunner) { self.commands = commands }

  /// Asks for a certificate. When this returns, `certificates/NAME.crt` is there.
  /// - Throws: ``LegoError``; `HostError` where a program is missing; `CancellationError`.
  public func obtain(_ order: Order) async throws {
    var environment = ["PATH": Command.defaultPath, "HOME": order.folder]
    environment["LEGO_CA_CERTIFICATES"] = order.trust
    var challenge: [String]
    switch order.challenge {
    case .http(let address): challenge = ["--http", "--http.port", address]
    case .webroot(let folder): challenge = ["--http", "--http.webroot", folder]
    case .dns(let program):
      challenge = ["--dns", "exec", "--dns.disable-cp"]
      environment["EXEC_PATH"] = program
      // Its record can be seen when it returns, so there is nothing to wait for between two of them.
      environment["EXEC_SEQUENCE_INTERVAL"] = "1"
    }
    // The shell only leads its output to the file; every word of it is fixed.
    let line =
      ["/bin/sh", "-c", #"exec "$@" >"$0" 2>&1"#, order.log]
      + Self.flock(order.lock, wait: "5", Self.lockHeld)
      + Self.flock(order.turn, wait: "600", Self.notItsTurn)
      + [Self.program, "--accept-tos", "--email", order.email, "--server", order.server]
      + ["--path", order.folder, "--filename", order.name, "--csr", order.request] + challenge + ["run"]
    var command = Command(line, environment: environment, folder: order.folder, timeout: Self.timeout)
    command.outlivesDaemon = true
    let result = try await effect("lego.run") { try await commands.run(command) }
    if result.isSuccess { return }
    if result.end == .exited(Self.lockHeld) { throw LegoError(.underWay, "it is under way already") }
    if result.end == .exited(Self.notItsTurn) { throw LegoError(.unreachable, "other orders took too long") }
    let log = order.log
    let said = try await offPool { try PrivateFile.read(log, bytesMax: Self.logBytesMax) ?? [] }
    if result.timedOut { throw LegoError(.unreachable, "it was given up after \(Self.timeout)") }
    let words = String(decoding: said, as: UTF8.self)
    // flock(1) says so of what it was to become.
    if words.contains("failed to execute") {
      throw HostError("run", Self.program, "it is not there, or may not be run", class: .needsOperator)
    }
    throw LegoError(reading: words, or: result.end.description)
  }

  /// flock(1) becomes the program, which keeps the lock to its end.
  private static func flock(_ path: String, wait seconds: String, _ code: Int32) -> [String] {
    ["/usr/bin/flock", "--no-fork", "--wait", seconds, "--conflict-exit-code", "\(code)", path]
  }
}
