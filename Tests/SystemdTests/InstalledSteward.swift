import FoundationEssentials
import Glibc
import Host
import Testing

/// Runs a suite in a system that is booted for it.
struct InABootedSystem: SuiteTrait, TestScoping {
  /// Whether the package is installed in it, as the README tells.
  let hasPackage: Bool

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let system = try BootedSystem()
    defer {
      system.end()
      DebianPackage.remove()
    }
    if hasPackage { try await install(in: system) }
    try await BootedSystem.$current.withValue(system) { try await function() }
  }

  private func install(in system: BootedSystem) async throws {
    let package = try await DebianPackage.of(revision: 1)
    try system.copy(package, to: "/root/steward.deb")
    let installed = try await system.run("/usr/bin/apt", "install", "--yes", "/root/steward.deb")
    guard installed.isSuccess else {
      throw BootedSystem.Refusal(what: "the package: \(installed.output.text)\(installed.error.text)")
    }
  }
}

extension Trait where Self == InABootedSystem {
  static var inABootedSystem: Self { Self(hasPackage: false) }
  static var inABootedSystemWithThePackage: Self { Self(hasPackage: true) }
}

/// Packages of the programs that this test run was built with.
enum DebianPackage {
  private static let folder = "/tmp/steward-package-\(getpid())"

  /// The path of the package of this revision, which is built once.
  static func of(revision: Int) async throws -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    if let name = names.first(where: { $0.contains("-\(revision)_") }) { return "\(folder)/\(name)" }
    return try await build(revision: revision, in: folder)
  }

  /// Builds the package of this revision, and returns its path.
  static func build(revision: Int, in output: String) async throws -> String {
    // Not pressed: these live for a minute.
    let command = Command(
      [
        "\(BootedSystem.project)/systemd/package", "--from", programs, "--revision", "\(revision)",
        "--output", output,
      ],
      environment: [
        "PATH": Command.defaultPath, "DPKG_DEB_COMPRESSOR_TYPE": "none", "SOURCE_DATE_EPOCH": "1800000000",
      ], timeout: .seconds(300))
    let built = try await SubprocessRunner().run(command)
    guard built.isSuccess else { throw built.failure(of: command) }
    return built.output.text.trimmingSuffix(while: \.isNewline)
  }

  static func remove() {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// The folder of the programs: they lie beside the test bundle.
  static var programs: String {
    let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path()
    return access("\(bundle)/stewardd", X_OK) == 0 ? bundle : "\(BootedSystem.project)/.build/debug"
  }
}

/// The installed service, and what is asked of it.
struct InstalledSteward {
  let system: BootedSystem

  init() throws { system = try #require(BootedSystem.current) }

  /// Puts an environment's file in place.
  func environment(_ name: String, _ text: String) throws {
    try system.write(
      "/etc/steward/environments/\(name).yaml",
      "environment: \(name)\ntimezone: UTC\ndata: synthetic\n\(text)\n")
  }

  /// Puts a program in place that instances or commands run.
  func program(_ path: String, _ text: String) throws { try system.write(path, text, mode: 0o755) }

  func steward(_ arguments: String...) async throws -> CommandResult {
    try await SubprocessRunner().run(
      Command(system.entering(["/usr/bin/steward"] + arguments), timeout: .seconds(60)))
  }

  /// What `systemctl show` says of the service.
  func show(_ property: String) async throws -> String {
    try await system.shell("systemctl show --property=\(property) --value steward.service")
      .trimmingSuffix(while: \.isNewline)
  }

  /// How often systemd started it again by itself.
  func restarts() async throws -> Int { Int(try await show("NRestarts")) ?? 0 }

  func daemon() async throws -> pid_t { pid_t(try await show("MainPID")) ?? 0 }

  /// The instances of an environment whose program is /srv/ENVIRONMENT/app, as the system inside numbers them.
  func instances(_ environment: String) async throws -> [pid_t] {
    // `sh` and what it runs are two processes: the leaders of sessions are the instances.
    try await system.shell(
      "ps -eo pid=,sid=,user=,args= | grep -F /srv/\(environment)/app | grep -v grep || true"
    )
    .split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 3, words[0] == words[1], words[2] == "steward" else { return nil }
      return pid_t(words[0])
    }.sorted()
  }

  /// Lines of the daemon in the journal since this boot.
  func journal() async throws -> String { try await system.shell("journalctl --unit=steward --output=cat") }
}

extension String {
  func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
    var end = endIndex
    while end > startIndex, isTrimmed(self[index(before: end)]) { end = index(before: end) }
    return String(self[..<end])
  }
}
