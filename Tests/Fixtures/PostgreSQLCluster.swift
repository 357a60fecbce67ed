import Glibc

/// A PostgreSQL 15 of one test's own, from Debian's package, behind a Unix socket in a scratch folder. It runs as `postgres`
/// where the tests run as root. Roles log in by SCRAM; the superuser `postgres` is whoever runs the tests, by `peer`. With a
/// certificate it is reached by TLS too, where the role `steward` shows one.
public final class PostgreSQLCluster: Sendable {
  /// Whether the server is installed. Where it is not, tests are skipped; with `CI` set, they fail.
  public static var isInstalled: Bool { access("\(bin)/postgres", X_OK) == 0 || getenv("CI") != nil }

  private static let bin = "/usr/lib/postgresql/15/bin"

  /// One of its programs itself: what Debian puts into `PATH` is a script that looks for it, for longer than psql takes.
  public static func program(_ name: String) -> String { "\(bin)/\(name)" }

  private let scratch = ScratchFolder()
  private let disk: SmallDisk?
  /// Its port: a part of the socket's name.
  public let port: Int

  /// The folder of its socket.
  public var socket: String { scratch.path("run") }
  /// The folder of its data.
  public var data: String { scratch.path("data") }

  /// Makes a cluster and starts it.
  /// - Parameter settings: lines of postgresql.conf.
  /// - Parameter megabytes: how large the file system of its data is; nil where it has none of its own.
  /// - Parameter certificate: what it shows on its port of the loopback, and whose authority's it takes from clients; nil where it
  ///   has its socket alone.
  public init(
    _ settings: [String: String] = [:], onDiskOf megabytes: Int? = nil,
    certificate: PrivateCertificate? = nil
  ) throws {
    port = certificate == nil ? 5432 : freePort()
    chmod(scratch.path, 0o755)
    scratch.makeFolder("run", mode: 0o777)
    scratch.makeFolder("data", mode: 0o700)
    let folder = scratch.path("data")
    disk = try megabytes.map { try SmallDisk(at: folder, megabytes: $0) }
    chmod(folder, 0o700)
    scratch.write("nobody logs in with it\n", to: "pw", mode: 0o644)
    try give(data)
    try asServer([
      "\(Self.bin)/initdb", "-D", data, "-A", "scram-sha-256", "-U", "postgres", "--no-sync", "--locale=C",
      "-E", "UTF8",
      "--pwfile=\(scratch.path("pw"))",
    ])
    write(
      "local all postgres peer map=tests\nlocal all all scram-sha-256\nlocal replication all peer map=tests\n",
      to: "pg_hba.conf")
    write("tests \(Self.me) postgres\ntests postgres postgres\n", to: "pg_ident.conf")
    let network = try certificate.map { try present($0) } ?? [:]
    configure(network.merging(settings) { $1 })
    try start()
  }

  /// A cluster with the data that another had when it was stopped, or that `pg_basebackup` made.
  public init(copyOf other: PostgreSQLCluster, standby: Bool = false, name: String = "copy") throws {
    chmod(scratch.path, 0o755)
    port = other.port
    disk = nil
    scratch.makeFolder("run", mode: 0o777)
    scratch.makeFolder("data", mode: 0o700)
    try give(data)
    if standby {
      try asServer([
        "\(Self.bin)/pg_basebackup", "-h", other.socket, "-p", "\(port)", "-U", "postgres", "-D", data,
        "-R", "-X", "stream", "--no-sync", "-c", "fast",
      ])
    } else {
      try Tool.run(["cp", "-a", "\(other.data)/.", data])
    }
    write("unix_socket_directories = '\(socket)'\ncluster_name = '\(name)'\n", to: "copy.conf")
    append("include 'copy.conf'\n", to: "postgresql.conf")
    try start()
  }

  deinit {
    try? stop("immediate")
    disk?.unmount()
  }

  private static let me = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"

  /// Lets it show a certificate; gives the settings for that.
  private func present(_ certificate: PrivateCertificate) throws -> [String: String] {
    for (file, name) in [
      (certificate.file, "server.crt"), (certificate.key, "server.key"), (certificate.authority, "root.crt"),
    ] {
      Bytes.write(Bytes.read(file), to: "\(data)/\(name)")
      try give("\(data)/\(name)")
    }
    append(
      "hostssl all steward 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 scram-sha-256\n", to: "pg_hba.conf"
    )
    return ["listen_addresses": "'127.0.0.1'", "port": "\(port)", "ssl": "on", "ssl_ca_file": "'root.crt'"]
  }

  private func configure(_ settings: [String: String]) {
    var all = [
      "listen_addresses": "''", "unix_socket_directories": "'\(socket)'", "fsync": "off",
      "shared_buffers": "16MB",
      "logging_collector": "off", "log_line_prefix": "'%p '",
    ]
    all.merge(settings) { $1 }
    append(all.map { "\($0.key) = \($0.value)\n" }.sorted().joined(), to: "postgresql.conf")
  }

  /// Starts it and waits until it answers, or says that it is a standby.
  public func start() throws {
    try asServer(["\(Self.bin)/pg_ctl", "-D", data, "-l", "\(data)/log", "-w", "-t", "60", "start"])
  }

  /// Takes all that is left on a disk of its own, until ``free()``.
  public func fill() { disk?.fill() }

  /// Gives that back.
  public func free() { disk?.free() }

  /// Stops it: `fast`, or as a power cut does, `immediate`.
  public func stop(_ mode: String = "fast") throws {
    try asServer(["\(Self.bin)/pg_ctl", "-D", data, "-w", "-m", mode, "stop"])
  }

  /// Makes a standby the primary.
  public func promote() throws { try asServer(["\(Self.bin)/pg_ctl", "-D", data, "-w", "promote"]) }

  /// Runs a statement as the superuser, through psql; gives the values, a line for each row.
  @discardableResult
  public func psql(_ statement: String, in database: String = "postgres") throws -> String {
    let said = try Tool.run([
      Self.program("psql"), "-X", "-q", "-A", "-t", "-h", socket, "-p", "\(port)", "-U", "postgres", "-d",
      database, "-v", "ON_ERROR_STOP=1", "-c", statement,
    ])
    return said.hasSuffix("\n") ? String(said.dropLast()) : said
  }

  /// Whether a role logs in with a password, by psql.
  public func logsIn(_ user: String, _ password: String) -> Bool {
    (try? asClient(user, password, ["psql", "-X", "-w", "-c", "SELECT 1"])) != nil
  }

  /// How many logins a second pgbench comes to: what the machine has for a server and its clients.
  public func loginsPerSecond(_ user: String, _ password: String, clients: Int) throws -> Int {
    scratch.write("SELECT 1;", to: "question.sql")
    let said = try asClient(
      user, password,
      ["pgbench", "-n", "-C", "-c", "\(clients)", "-t", "100", "-f", scratch.path("question.sql")])
    return said.firstMatch(of: #/tps = ([0-9]+)/#).flatMap { Int($0.1) } ?? 0
  }

  private func asClient(_ user: String, _ password: String, _ words: [String]) throws -> String {
    let path = scratch.path("pgpass")
    Bytes.write("*:*:*:\(user):\(password)\n".utf8, to: path)
    return try Tool.run(
      ["/usr/bin/env", "PGPASSFILE=\(path)", Self.program(words[0])] + words.dropFirst()
        + ["-h", socket, "-p", "\(port)", "-U", user, "postgres"])
  }

  /// All that it wrote to its log.
  public var log: String { String(decoding: Bytes.read("\(data)/log"), as: UTF8.self) }

  /// Replaces a file in the data folder.
  public func write(_ text: String, to name: String) {
    Bytes.write(text.utf8, to: "\(data)/\(name)", mode: 0o644)
  }

  /// Adds to a file in the data folder.
  public func append(_ text: String, to name: String) {
    Bytes.write(Bytes.read("\(data)/\(name)") + Array(text.utf8), to: "\(data)/\(name)", mode: 0o644)
  }

  private func give(_ path: String) throws {
    if geteuid() == 0 { try Tool.run(["chown", "postgres:postgres", path]) }
  }

  @discardableResult
  private func asServer(_ arguments: [String]) throws -> String {
    guard geteuid() == 0 else { return try Tool.run(arguments) }
    // The server's user may not see the folder that the tests run in.
    return try Tool.run(
      ["env", "--chdir=/", "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] + arguments)
  }
}
