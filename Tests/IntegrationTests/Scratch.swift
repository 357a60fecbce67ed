import Fixtures
import FoundationEssentials
import Glibc
import Host
import Testing

/// A scratch folder, a `stewardd` of its own in it, and everything cleaned up in the reverse order.
///
/// Uses the programs that `swift build` made, as a user would.
final class Scratch {
  let folder: String
  private(set) var daemon: pid_t?
  /// The home of the daemon's user; nil: that of whoever runs the tests.
  var home: String?
  private let witness: Witness

  var config: String { "\(folder)/config" }
  var state: String { "\(folder)/state" }
  var socket: String { "\(folder)/steward.sock" }
  var log: String { "\(folder)/stewardd.log" }

  init(state: String? = nil) throws {
    var template = Array("/tmp/steward-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw HostError("create", "/tmp/steward-test-…", code: errno) }
    folder = String(cString: made)
    witness = Witness { [folder] in await Scratch.testimony(of: folder) }
    for name in ["config", "config/environments", "state", "bin", "logs", "backups"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      chmod("\(folder)/\(name)", 0o755)
    }
    chmod(folder, 0o755)
    chmod("\(folder)/state", 0o700)
    try write("config/steward.yaml", "socket: \(socket)\nroles:\n  developers: {groups: [users]}\n")
    try write(
      "bin/web",
      """
      #!/bin/sh
      trap 'exit 0' TERM
      echo "started with LOG_LEVEL=$LOG_LEVEL"
      while :; do sleep 1 & wait $! || :; done
      """, mode: 0o755)
  }

  deinit {
    if let daemon {
      kill(daemon, SIGKILL)
      // A zombie would keep the test runner's own wait for its children busy for ever.
      var status: Int32 = 0
      waitpid(daemon, &status, 0)
    }
    endInstances()
    if getenv("STEWARD_KEEP_SCRATCH") == nil { _ = try? FileManager.default.removeItem(atPath: folder) }
  }

  /// Writes a file as an editor does: beside its name, then over it.
  func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
    let path = "\(folder)/\(name)"
    try Data(text.utf8).write(to: URL(filePath: path + ".new"))
    chmod(path + ".new", mode)
    guard rename(path + ".new", path) == 0 else { throw HostError("rename", path, code: errno) }
  }

  func environment(_ name: String, _ text: String) throws {
    let filled = text.replacing("SCRATCH", with: folder)
    try write("config/environments/\(name).yaml", "environment: \(name)\ntimezone: UTC\n\(filled)\n")
  }

  // MARK: The daemon

  static func program(_ name: String) -> String {
    if name == "stewardd", let given = getenv("STEWARD_DAEMON") { return String(cString: given) }
    // The test bundle lies beside the programs that were built with it.
    let bundle = URL(filePath: CommandLine.arguments[0])
    for folder in [
      bundle.deletingLastPathComponent().path(), "\(FileManager.default.currentDirectoryPath)/.build/debug/",
    ] {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if access(path, X_OK) == 0 { return path }
    }
    return "\(FileManager.default.currentDirectoryPath)/.build/debug/\(name)"
  }

  /// Starts the daemon and waits until its socket answers.
  func start() async throws {
    daemon = try spawn()
    try await eventually("the daemon answers") { try await self.steward("version", "--json").isSuccess }
  }

  /// Starts a daemon and returns without waiting.
  func spawn(extra: [String] = []) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let arguments =
      (home.map { ["/usr/bin/env", "HOME=\($0)"] } ?? [])
      + [Scratch.program("stewardd"), "--config", config, "--state", state, "--socket", socket] + extra
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, arguments[0], &actions, nil, &pointers, environ)
    guard result == 0 else { throw HostError("start", arguments[0], code: result) }
    return pid
  }

  /// Ends the daemon by a signal and returns its wait status.
  @discardableResult
  func end(_ signal: Int32) async throws -> Int32 {
    guard let daemon else { return 0 }
    self.daemon = nil
    kill(daemon, signal)
    return try await wait(daemon)
  }

  /// Waits for the daemon that was started to end by itself, and returns its wait status.
  func waitForDaemon() async throws -> Int32 {
    guard let daemon else { return 0 }
    let status = try await wait(daemon)
    self.daemon = nil
    return status
  }

  /// Waits for a daemon to end by itself.
  func wait(_ pid: pid_t) async throws -> Int32 {
    var status: Int32 = 0
    try await eventually("process \(pid) ends") { waitpid(pid, &status, WNOHANG) == pid }
    return status
  }

  var said: String {
    (try? Data(contentsOf: URL(filePath: log))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// How things stand, and what the daemon last did and said.
  private static func testimony(of folder: String) async -> String {
    var lines: [String] = []
    for words in [["status"], ["plan"], ["events", "--limit", "20"]] {
      let command = Command(
        [program("steward")] + words, environment: ["STEWARD_SOCKET": "\(folder)/steward.sock"],
        timeout: .seconds(10))
      let result = try? await SubprocessRunner().run(command)
      lines.append("\(folder): steward \(words.joined(separator: " "))")
      lines.append(result.map { $0.output.text + $0.error.text } ?? "no answer")
    }
    let said = String(decoding: Bytes.read("\(folder)/stewardd.log"), as: UTF8.self)
    return (lines + said.split(separator: "\n").suffix(20).map(String.init)).joined(separator: "\n")
  }

  // MARK: Asking

  func steward(_ arguments: String...) async throws -> CommandResult {
    try await steward(arguments)
  }

  func steward(_ arguments: [String]) async throws -> CommandResult {
    try await SubprocessRunner().run(
      Command(
        [Scratch.program("steward")] + arguments,
        environment: ["STEWARD_SOCKET": socket, "PATH": "/usr/bin:/bin"],
        timeout: .seconds(60)))
  }

  /// The pids of the instances whose name begins so: `staging/instances/web`.
  func instances(_ prefix: String) -> [pid_t] {
    let marker = "STEWARD_INSTANCE=\(prefix)"
    return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
      .filter { pid in
        guard getsid(pid) == pid, let environment = readAll("/proc/\(pid)/environ") else { return false }
        let variables = environment.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return variables.contains { $0.hasPrefix(marker) && $0.contains(folder) }
      }.sorted()
  }

  /// A variable of a process as it was started.
  func variable(_ name: String, of pid: pid_t) -> String? {
    readAll("/proc/\(pid)/environ")?.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      .first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  /// Whether the one resource that there is stands as written, and nothing waits.
  func isAsWritten() async throws -> Bool {
    let plan = try await steward("plan")
    return plan.end == .exited(0) && plan.output.text.contains("1 resources are as written")
  }

  /// What stands in an env file.
  func variables(in name: String) -> [String: String] {
    let text = String(decoding: readAll("\(folder)/\(name)") ?? [], as: UTF8.self)
    return text.split(separator: "\n").reduce(into: [:]) { variables, line in
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { variables[parts[0]] = parts[1] }
    }
  }

  private func endInstances() {
    for pid in instances("") { kill(-pid, SIGKILL) }
  }

  private func readAll(_ path: String) -> [UInt8]? { try? PlainFile.read(path, bytesMax: 1 << 20) }
}
