import Calendar
import CrashPoints
import Host
import PgBackRest
import Reconciliation

/// A cluster that is restored to see that it can be, in a folder of its own, for one drill.
///
/// Everything in it is done by commands of the written user, since PostgreSQL's files are that user's alone. It listens on
/// a socket in that folder and nowhere else, archives nothing, replicates nothing and loads no library that could act by
/// itself: what the original's settings say of that, `postgresql.auto.conf` included, is overruled on the command line.
struct ScratchCluster: Sendable {
  /// The folder.
  let path: String
  private let parent: String
  private let name: String
  private let prefix: [String]
  private let commands: any CommandRunner

  /// Nil where no `scratch` is written.
  init?(_ spec: PgBackRestSpec, of id: ResourceID, by commands: any CommandRunner) {
    guard let parent = spec.scratch else { return nil }
    self.parent = parent
    name = "steward-\(id.environment).\(id.name)"
    path = "\(parent)/\(name)"
    prefix = spec.prefix
    self.commands = commands
  }

  var data: String { "\(path)/data" }
  var tablespaces: String { "\(path)/tablespaces" }

  /// Whether something of it is there. Blocks.
  func isThere() throws(HostError) -> Bool {
    guard let name = FileName(name) else { return false }
    do throws(HostError) {
      return try Folder(parent).entry(name) != nil
    } catch {
      // Where its parent is not, neither is it; that is said of the parent.
      if error.isAbsent { return false }
      throw error
    }
  }

  /// Makes the folder, 0700, and the empty ones to restore into.
  func make() async throws { try await run(["/bin/mkdir", "-m", "0700", "--", path, data, tablespaces]) }

  /// Ends the cluster if it runs, and removes the folder with all that is in it. Returns what is in the way, if anything.
  /// Goes on where the caller is cancelled: what was restored must go all the same.
  func remove() async -> String? {
    let removal = await Task {
      try? await stop()
      try await run(["/bin/rm", "-rf", "--one-file-system", "--", path], timeout: Self.removalTimeout)
    }.result
    guard case .failure(let error) = removal else { return nil }
    return "\(path) cannot be removed: \((error as? HostError)?.reason ?? "\(error)")"
  }

  /// Ends its server, if that runs. The number in a file that outlived a boot may be another server's by now, and that of
  /// the original: the process must say of itself that it is this cluster's.
  private func stop() async throws {
    let file = try await result(["/bin/cat", "--", "\(data)/postmaster.pid"]).output.text
    guard let pid = file.split(whereSeparator: \.isNewline).first.flatMap({ Int32($0) }), pid > 0 else {
      return
    }
    let words = try await result(["/bin/cat", "--", "/proc/\(pid)/cmdline"]).output.bytes
    let arguments = words.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard arguments.contains(data), let folder = try await offPool({ Self.newestPrograms }) else { return }
    _ = try await result([folder + "/pg_ctl", "-D", data, "-m", "immediate", "-w", "-s", "stop"])
  }

  /// Starts it, and waits until it has replayed the archive to its end and takes connections.
  func start(_ version: String, within timeout: Duration, by clock: any WallClock) async throws {
    let settings = [
      "config_file=\(path)/postgresql.conf", "hba_file=\(path)/pg_hba.conf",
      "ident_file=\(path)/pg_ident.conf",
      "listen_addresses=", "unix_socket_directories=\(path)", "port=\(Self.port)", "ssl=off",
      "archive_mode=off", "hot_standby=off", "primary_conninfo=", "shared_preload_libraries=",
      "max_logical_replication_workers=0", "logging_collector=off", "log_destination=stderr",
    ]
    try await write(["postgresql.conf": "", "pg_hba.conf": "local all all trust\n", "pg_ident.conf": ""])
    // Fetching ahead would be into the original's own spool folder.
    let begun = try await result(
      [
        "/usr/bin/env", "PGBACKREST_ARCHIVE_ASYNC=n", "\(Self.folder(version))/pg_ctl", "-D", data, "-l",
        "\(path)/log", "-w", "-s", "-t", "\(Self.startSeconds)", "-o",
        settings.map { "-c \($0)" }.joined(separator: " "), "start",
      ], timeout: .seconds(Self.startSeconds + 30))
    guard begun.isSuccess else {
      throw HostError("start", data, "PostgreSQL could not be started: \(try await lastWords())")
    }

    let deadline = clock.monotonic + timeout
    while true {
      let answer = try await result(psql(version, "postgres", "select 1"))
      if answer.isSuccess { return }
      let status = try await result(["\(Self.folder(version))/pg_ctl", "-D", data, "status"])
      guard status.isSuccess else {
        throw HostError("start", data, "PostgreSQL ended while it recovered: \(try await lastWords())")
      }
      guard clock.monotonic < deadline else {
        throw HostError("start", data, "it had not recovered after \(TimeSpan(duration: timeout))")
      }
      try await clock.sleep(for: .milliseconds(200))
    }
  }

  /// The first row that a query gives, its columns separated by `|`; nil: none.
  func ask(_ query: String, in database: String, _ version: String, within timeout: Duration) async throws
    -> String?
  {
    let result = try await run(psql(version, database, query), timeout: timeout)
    return result.output.text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init)
      .flatMap { $0.isEmpty && result.output.bytes.isEmpty ? nil : $0 }
  }

  /// How much room there is for it.
  func room() throws(HostError) -> Int64 { try DiskSpace(at: parent).availableBytes }

  // MARK: Commands

  private static let port = 5432
  private static let startSeconds: Int64 = 120
  private static let commandTimeout = Duration.seconds(120)
  private static let removalTimeout = Duration.seconds(3_600)

  /// Where Debian puts a version's programs.
  private static func folder(_ version: String) -> String { "/usr/lib/postgresql/\(version)/bin" }

  /// The folder of the newest version that is installed: its `pg_ctl stop` ends a cluster of any. Blocks.
  private static var newestPrograms: String? {
    let listing = try? Folder("/usr/lib/postgresql").entries()
    return listing?.entries.compactMap { Int("\($0.name)") }.max().map { folder("\($0)") }
  }

  private func psql(_ version: String, _ database: String, _ query: String) -> [String] {
    [
      "\(Self.folder(version))/psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", path, "-p",
      "\(Self.port)", "-U", "postgres", "-d", database, "-c", query,
    ]
  }

  private func write(_ files: [String: String]) async throws {
    for (name, text) in files.sorted(by: { $0.key < $1.key }) {
      try await run(["/usr/bin/tee", "--", "\(path)/\(name)"], input: Array(text.utf8))
    }
  }

  private func lastWords() async throws -> String {
    let said = try await result(["/usr/bin/tail", "-n", "40", "--", "\(path)/log"]).output.text
    let lines = said.split(whereSeparator: \.isNewline)
    // What a server says last is that it goes; why stands before.
    let reasons = lines.filter { line in [" FATAL: ", " PANIC: "].contains { line.contains($0) } }
    return (reasons.isEmpty ? lines.suffix(3) : reasons.suffix(3)).joined(separator: " | ")
  }

  @discardableResult
  private func run(
    _ words: [String], input: [UInt8] = [], timeout: Duration = Self.commandTimeout
  ) async throws -> CommandResult {
    let result = try await result(words, input: input, timeout: timeout)
    guard result.isSuccess else {
      let failure = result.failure(of: Command(words, timeout: timeout))
      throw HostError("run", words[0], "\(words[0]) \(failure.reason)", class: .transient)
    }
    return result
  }

  private func result(
    _ words: [String], input: [UInt8] = [], timeout: Duration = Self.commandTimeout
  ) async throws -> CommandResult {
    let command = Command(prefix + words, input: input, timeout: timeout)
    return try await effect("cluster.run") { try await commands.run(command) }
  }
}
