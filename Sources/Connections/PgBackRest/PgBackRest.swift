import CrashPoints
public import Host

/// pgBackRest, as a command: one stanza of one configuration.
///
/// Every call is one process. What it says on standard output is an answer, what it says on standard error a reason;
/// nothing is logged to a console that may be gone, so that a backup outlives the daemon that began it.
public struct PgBackRest: Sendable {
  /// Where Debian puts it.
  public static let program = "/usr/bin/pgbackrest"

  /// The name of the cluster in pgBackRest's configuration.
  public let stanza: String
  /// The configuration; nil: pgBackRest's own default.
  public let config: String?
  /// Words before each command, by which it becomes another user's: `sudo -n -u postgres`. None: as the daemon is.
  public let prefix: [String]
  let commands: any CommandRunner

  /// A stanza.
  public init(stanza: String, config: String?, prefix: [String], commands: any CommandRunner) {
    self.stanza = stanza
    self.config = config
    self.prefix = prefix
    self.commands = commands
  }

  /// What a backup holds.
  public enum BackupType: String, Sendable, Codable, CaseIterable {
    /// All files.
    case full
    /// What changed since the last full one.
    case differential = "diff"
  }

  /// How long a question to the repository may take: an object store far away, listed once.
  private static let askTimeout = Duration.seconds(120)
  /// Longer than the longest `archive-timeout` that anybody writes; pgBackRest's own default is a minute.
  private static let checkTimeout = Duration.seconds(600)
  /// The largest database over a slow line; what takes longer is looked at by people long before.
  private static let backupTimeout = Duration.seconds(3 * 86_400)
  /// Thousands of backups, or 100,000 segments, at 150 bytes each.
  private static let answerBytesMax = 16 << 20

  /// What is in the repositories.
  /// - Throws: ``PgBackRestError``, `HostError` where it cannot be started, `CancellationError`.
  public func info() async throws -> StanzaInfo {
    try StanzaInfo(json: try await ask(["--output=json", "info"]), of: stanza)
  }

  /// The names of the backups that have a folder in a repository, whatever its list says: a deleted folder is noticed
  /// neither by `info` nor by `verify` (2.45).
  public func folders(in repository: Int) async throws -> Set<String> {
    let json = try await ask(["--repo=\(repository)", "--output=json", "repo-ls", "backup/\(stanza)"])
    return Set(try RepositoryListing(json: json).folders)
  }

  /// The WAL segments in a repository's archive of the database `id` (`15-1`), by their 24 digits.
  public func segments(of id: String, in repository: Int) async throws -> Set<String> {
    let json = try await ask([
      "--repo=\(repository)", "--output=json", "--recurse", "--filter=[0-9A-F]{24}-", "repo-ls",
      "archive/\(stanza)/\(id)",
    ])
    return Set(try RepositoryListing(json: json).segments)
  }

  /// Makes PostgreSQL finish its WAL segment and waits until that has arrived in every repository.
  /// - Throws: also where it did not arrive in time, or there is no server.
  public func check() async throws {
    _ = try await run(["check"], timeout: Self.checkTimeout)
  }

  /// Makes a backup, and waits for it. pgBackRest's lock keeps a second one out (``PgBackRestError/isLocked``).
  public func backup(_ type: BackupType) async throws {
    _ = try await run(["--type=\(type.rawValue)", "backup"], timeout: Self.backupTimeout)
  }

  /// Restores a backup into an empty folder, tablespaces into another, for a cluster that archives nothing.
  ///
  /// Where the configuration names a host for the cluster, that is where the original is: this one is here.
  public func restore(
    _ label: String, into folder: String, tablespaces: String, timeout: Duration
  ) async throws {
    _ = try await run(
      [
        "--reset-pg1-host", "--pg1-path=\(folder)", "--tablespace-map-all=\(tablespaces)", "--set=\(label)",
        "--archive-mode=off", "restore",
      ], timeout: timeout)
  }

  private func ask(_ words: [String]) async throws -> [UInt8] {
    let result = try await run(words, timeout: Self.askTimeout)
    guard !result.output.isTruncated else {
      throw PgBackRestError(code: nil, reason: "its answer has more than \(Self.answerBytesMax >> 20) MiB")
    }
    return result.output.bytes
  }

  private func run(_ words: [String], timeout: Duration) async throws -> CommandResult {
    var arguments = prefix + [Self.program, "--stanza=\(stanza)"]
    if let config { arguments.append("--config=\(config)") }
    arguments += ["--log-level-console=off", "--log-level-stderr=error"] + words
    var command = Command(arguments, timeout: timeout, outputBytesMax: Self.answerBytesMax)
    // Its lock keeps a second backup out, and its list has the one that goes on.
    command.outlivesDaemon = words.last == "backup"
    let result = try await effect("pgbackrest.run") { try await commands.run(command) }
    guard result.isSuccess else { throw PgBackRestError(result, of: command) }
    return result
  }
}
