import Fixtures
import FoundationEssentials
import Glibc
import Host
import Testing

/// A copy of this machine with a systemd of its own as process 1, made by the script `boot` beside this file.
///
/// It is gone when ``end()`` returns, or the process that made it has ended.
final class BootedSystem: Sendable {
  /// The one that the suite runs in.
  @TaskLocal static var current: BootedSystem?

  private let folder: String
  private let booter: pid_t
  private let stop: Int32
  /// Its process 1, as this machine numbers it.
  private let leader: pid_t
  private let witness: Witness

  /// The folder of the project, as this file knows it.
  static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path()

  /// Why none can be booted here; nil where one can.
  static var hindrance: String? {
    if geteuid() != 0 { return "only root can boot a systemd" }
    for program in ["/usr/bin/systemd-nspawn", "/usr/bin/dpkg-deb", "/usr/bin/dpkg-shlibdeps"]
    where access(program, X_OK) != 0 {
      return "\(program) is missing: Tests/install test"
    }
    return nil
  }

  /// On a developer's machine it is left out where it cannot be; in CI that is a failure.
  static var isWanted: Bool { hindrance == nil || getenv("CI") != nil }

  init() throws {
    if let hindrance = Self.hindrance { throw Refusal(what: hindrance) }
    var template = Array("/tmp/steward-systemd-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw HostError("create", "/tmp/steward-systemd-…", code: errno)
    }
    folder = String(cString: made)
    var (toBooter, fromBooter): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe(&toBooter) == 0, pipe(&fromBooter) == 0 else { throw HostError("make", "a pipe", code: errno) }
    for end in toBooter + fromBooter { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    booter = try Self.spawn(
      ["\(Self.project)/Tests/SystemdTests/boot", folder], input: toBooter[0], output: fromBooter[1],
      error: "\(folder).log")
    close(toBooter[0])
    close(fromBooter[1])
    stop = toBooter[1]
    defer { close(fromBooter[0]) }
    var line = [UInt8](repeating: 0, count: 32)
    let count = Glibc.read(fromBooter[0], &line, line.count)
    let text = String(decoding: line.prefix(max(0, count)), as: UTF8.self)
    leader = pid_t(text.prefix { $0 != "\n" }) ?? 0
    witness = Witness { [leader] in await Self.testimony(of: leader) }
    if leader == 0 {
      let said = (try? PlainFile.read("\(folder).log", bytesMax: 1 << 20)).flatMap { $0 } ?? []
      end()
      throw Refusal(what: "systemd did not boot: \(String(decoding: said, as: UTF8.self))")
    }
  }

  /// Shuts it down, and waits until nothing is left of it.
  func end() {
    close(stop)
    var status: Int32 = 0
    while waitpid(booter, &status, 0) < 0 && errno == EINTR {}
    rmdir(folder)
    unlink("\(folder).log")
  }

  private static func spawn(
    _ arguments: [String], input: Int32, output: Int32, error: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, error, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, arguments[0], &actions, nil, &pointers, environ)
    guard result == 0 else { throw HostError("start", arguments[0], code: result) }
    return pid
  }

  /// How the service stands in it, and what it last did and said.
  private static func testimony(of leader: pid_t) async -> String {
    let lines =
      "systemctl --failed --no-legend; steward status; steward events --limit 20; journalctl -n 40 --output=cat"
    let result = try? await SubprocessRunner().run(
      Command(entering(["/bin/sh", "-c", "{ \(lines); } 2>&1"], leader), timeout: .seconds(20)))
    return result?.output.text ?? "the booted system does not answer"
  }

  // MARK: In it

  private static func entering(_ arguments: [String], _ leader: pid_t) -> [String] {
    ["/usr/bin/nsenter", "--target", "\(leader)", "--all"] + arguments
  }

  /// The command that runs `arguments` in it as root.
  func entering(_ arguments: [String]) -> [String] { Self.entering(arguments, leader) }

  /// Runs a command in it as root.
  func run(_ arguments: String..., input: String = "") async throws -> CommandResult {
    try await SubprocessRunner().run(
      Command(
        entering(arguments),
        environment: ["PATH": Command.defaultPath, "HOME": "/root", "LANG": "C.UTF-8"],
        input: Array(input.utf8), timeout: .seconds(120)))
  }

  /// Runs lines of shell in it as root, and returns what they print. A line that fails is a failure of the test.
  @discardableResult
  func shell(_ lines: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
    let result = try await run("/bin/sh", "-ec", lines)
    let said = result.output.text + result.error.text
    #expect(result.end == .exited(0), "\(lines)\n\(said)", sourceLocation: sourceLocation)
    return result.output.text
  }

  /// Runs a command in it as one of its users.
  func run(as user: String, _ arguments: String...) async throws -> CommandResult {
    try await SubprocessRunner().run(
      Command(
        entering(["/usr/sbin/runuser", "-u", user, "--"] + arguments), timeout: .seconds(60)))
  }

  /// Writes a file in it as an editor does: beside its name, then over it.
  func write(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
    let outside = "/proc/\(leader)/root\(path)"
    try Data(text.utf8).write(to: URL(filePath: outside + ".new"))
    chmod(outside + ".new", mode)
    guard rename(outside + ".new", outside) == 0 else { throw HostError("rename", path, code: errno) }
  }

  /// Copies a file of this machine into it.
  func copy(_ file: String, to path: String, mode: mode_t = 0o644) throws {
    let outside = "/proc/\(leader)/root\(path)"
    try Data(contentsOf: URL(filePath: file)).write(to: URL(filePath: outside))
    guard chmod(outside, mode) == 0 else { throw HostError("chmod", path, code: errno) }
  }

  func read(_ path: String) -> String? {
    (try? PlainFile.read("/proc/\(leader)/root\(path)", bytesMax: 16 << 20)).flatMap { $0 }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  func exists(_ path: String) -> Bool { access("/proc/\(leader)/root\(path)", F_OK) == 0 }

  struct Refusal: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
  }
}
