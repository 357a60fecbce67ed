import Fixtures
import FoundationEssentials
import Host
import Testing

@Suite(
  "Installed by hand", .enabled(if: BootedSystem.isWanted, "root and systemd-container are needed"),
  .inABootedSystem)
struct ByHandTests {
  /// The commands of the README, but for the building.
  private func commands() throws -> [String] {
    let readme = String(
      decoding: try Data(contentsOf: URL(filePath: "\(BootedSystem.project)/README.md")), as: UTF8.self)
    let lines = readme.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("or by hand") })
    let open = try #require(lines[start...].firstIndex(of: "```"))
    let close = try #require(lines[(open + 1)...].firstIndex(of: "```"))
    return lines[(open + 1)..<close].filter { !$0.hasPrefix("swift build ") }.map(String.init)
  }

  @Test("the commands of the README install a service that keeps an environment")
  func readme() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await system.shell("mkdir -p /root/steward/.build/release")
    for folder in ["systemd", "config"] {
      let tree = try await SubprocessRunner().run(
        Command(["/usr/bin/tar", "-C", BootedSystem.project, "-cf", "/tmp/steward-\(folder).tar", folder]))
      #expect(tree.isSuccess, "\(tree.error.text)")
      try system.copy("/tmp/steward-\(folder).tar", to: "/root/\(folder).tar")
      try FileManager.default.removeItem(atPath: "/tmp/steward-\(folder).tar")
      try await system.shell("tar -C /root/steward -xf /root/\(folder).tar")
    }
    for program in ["steward", "stewardd"] {
      try system.copy(
        "\(DebianPackage.programs)/\(program)", to: "/root/steward/.build/release/\(program)", mode: 0o755)
    }
    // Root needs no sudo, and a small system has none.
    let lines = try commands().map { $0.replacing("sudo ", with: "") }
    #expect(lines.count >= 8, "\(lines)")
    try await system.shell((["cd /root/steward", "set -x"] + lines).joined(separator: "\n"))

    #expect(try await steward.show("ActiveState") == "active")
    try await system.shell("mkdir /srv/hand && chown steward: /srv/hand")
    try steward.program("/srv/hand/app", "#!/bin/sh\nsleep 1000000 & wait")
    try steward.environment("hand", "instances:\n  app: {run: [/srv/hand/app], count: 2}")
    try await eventually("two instances run") { try await steward.instances("hand").count == 2 }
    #expect(
      try await system.shell("systemctl is-enabled steward.service steward.socket") == "enabled\nenabled\n")
  }
}
