import Glibc

/// A real PostgreSQL that archives into a real pgBackRest repository, in a folder of one test's own, and a scratch folder
/// for drills. Run by root, it belongs to `postgres`: PostgreSQL refuses root.
public final class BackedUpCluster: Sendable {
  private let folder = ScratchFolder()
  /// Words before a command, by which it becomes that of the cluster's user.
  public let prefix: [String]
  /// What holds everything of it.
  public var root: String { folder.path }
  /// pgBackRest's configuration, whose stanza is `main`.
  public var config: String { root + "/pgbackrest.conf" }
  /// Where backups and WAL are.
  public var repository: String { root + "/repo" }
  /// Where drills restore.
  public var scratch: String { root + "/scratch" }
  /// A folder for the records of a controller.
  public var state: String { root + "/state" }

  private static let programs = "/usr/lib/postgresql/15/bin"

  /// Whether PostgreSQL and pgBackRest are there. Where they must be (`CI`), a test that needs them fails for want of
  /// them.
  public static var isAvailable: Bool { LocalServer.has("/usr/bin/pgbackrest", "\(programs)/postgres") }

  /// A new cluster, not started.
  public init() async throws {
    prefix =
      getuid() == 0
      ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : []
    chmod(root, 0o755)
    folder.makeFolder("state", mode: 0o700)
    folder.write(
      """
      [global]
      repo1-path=\(repository)
      log-path=\(root)/log
      lock-path=\(root)/lock
      spool-path=\(root)/spool
      repo1-retention-full=9
      start-fast=y
      archive-timeout=5
      [main]
      pg1-path=\(root)/data
      pg1-socket-path=\(root)/sockets
      """, to: "pgbackrest.conf")
    for name in ["repo", "log", "lock", "spool", "scratch", "data", "sockets"] {
      folder.makeFolder(name, mode: 0o755)
      if getuid() == 0, let user = getpwnam("postgres") {
        chown("\(root)/\(name)", user.pointee.pw_uid, user.pointee.pw_gid)
      }
    }
    try await initialize()
  }

  /// A new, empty cluster in the place of this one, which is stopped.
  public func replace() async throws {
    try await shell("rm -r \(root)/data/*")
    try await initialize()
  }

  private func initialize() async throws {
    try await run([
      "\(Self.programs)/initdb", "-D", "\(root)/data", "-A", "trust", "-U", "postgres", "-N",
    ])
    try await shell(
      """
      cat >> \(root)/data/postgresql.conf <<END
      listen_addresses = ''
      unix_socket_directories = '\(root)/sockets'
      archive_mode = on
      archive_command = 'pgbackrest --config=\(config) --stanza=main archive-push %p'
      fsync = off
      END
      """)
  }

  /// Starts it and makes the stanza.
  public func start(creatingStanza: Bool = true) async throws {
    try await run([
      "\(Self.programs)/pg_ctl", "-D", "\(root)/data", "-l", "\(root)/log/server", "-w", "-s", "start",
    ])
    if creatingStanza { try await pgbackrest(["stanza-create"]) }
  }

  /// Ends it at once.
  public func stop() async throws {
    try await run(["\(Self.programs)/pg_ctl", "-D", "\(root)/data", "-m", "immediate", "-w", "-s", "stop"])
  }

  /// Has it carry out statements.
  public func sql(_ text: String) async throws {
    try await run([
      "\(Self.programs)/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "\(root)/sockets", "-U", "postgres",
      "-c", text,
    ])
  }

  /// Runs pgBackRest on its stanza, and returns what it printed.
  @discardableResult
  public func pgbackrest(_ words: [String]) async throws -> String {
    try await run(
      ["/usr/bin/pgbackrest", "--stanza=main", "--config=\(config)", "--log-level-console=off"] + words)
  }

  /// Runs lines of a shell as the cluster's user, and returns what they printed.
  @discardableResult
  public func shell(_ lines: String) async throws -> String { try await run(["/bin/sh", "-c", lines]) }

  /// Runs a program as the cluster's user, and returns what it printed.
  @discardableResult
  public func run(_ words: [String]) async throws -> String {
    let (words, folder) = (prefix + words, folder)
    return try await onOwnThread {
      let line = words.map {
        "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
      }
      let result = system(
        "{ timeout 60 \(line.joined(separator: " ")) ; } > '\(folder.path)/said' 2> '\(folder.path)/complained' < /dev/null"
      )
      guard result == 0 else {
        throw Refused(line: words.joined(separator: " "), complaint: folder.text("complained") ?? "")
      }
      return folder.text("said") ?? ""
    }
  }

  /// What a program said that failed.
  public struct Refused: Error, CustomStringConvertible {
    let line: String
    let complaint: String
    public var description: String { "\(line): \(complaint)" }
  }

  /// What drills left in the scratch folder, and servers that run there.
  public var leftovers: [String] { ScratchFolder.names(in: scratch) + servers.map { "server \($0)" } }

  private var servers: [String] {
    ScratchFolder.names(in: "/proc").filter { pid in
      let line = String(decoding: Bytes.read("/proc/\(pid)/cmdline"), as: UTF8.self)
      return line.contains("\(scratch)/") && line.contains("postgres")
    }
  }
}
