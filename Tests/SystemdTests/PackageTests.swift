import Fixtures
import Glibc
import Host
import Testing

@Suite(
  "The package", .serialized, .enabled(if: BootedSystem.isWanted, "root and systemd-container are needed"),
  .inABootedSystemWithThePackage)
struct PackageTests {
  /// Perl writes its title over its environment, as nginx and PostgreSQL do.
  private static let titled = """
    #!/usr/bin/perl
    $0 = '/srv/live/app ' . 'x' x 9000;
    $SIG{TERM} = sub { exit 0 };
    sleep 1 while 1;
    """

  @Test("it is upgraded, removed, installed again and purged, and not one instance is lost")
  func life() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await system.shell("mkdir -p /srv/live && chown steward: /srv/live && echo data >/srv/live/data")
    try steward.program("/srv/live/app", Self.titled)
    try steward.environment("live", "instances:\n  app: {run: [/srv/live/app], count: 3, ready after: 100ms}")
    try await eventually("three instances run") { try await steward.instances("live").count == 3 }
    let instances = try await steward.instances("live")
    let overwritten = try await system.shell("tr -d 'x\\0' </proc/\(instances[0])/environ")
    #expect(!overwritten.contains("STEWARD_"), "\(overwritten)")

    // Somebody asks all the time, and waits at most until the new daemon is there.
    try await system.shell(
      """
      systemd-run --quiet --unit=asker sh -c '
        while sleep 0.05; do echo; steward version >/dev/null || echo failed; done >/root/asked 2>&1'
      """)
    let first = try await steward.daemon()
    try await install(revision: 2)
    #expect(
      try await system.shell("dpkg-query -W -f '${Version} ${db:Status-Status}' steward").hasSuffix(
        "-2 installed"))
    let second = try await steward.daemon()
    #expect(second != first && second > 0)
    try await kept(steward, instances)
    try await system.shell("systemctl stop asker")
    let asked = try #require(system.read("/root/asked"))
    #expect(asked.count > 5 && asked.allSatisfy(\.isNewline), "\(asked)")

    // One that was stopped stays so.
    try await system.shell("systemctl stop steward.socket")
    try await install(revision: 3)
    #expect(try await steward.show("ActiveState") == "inactive")
    try await system.shell("systemctl start steward")
    try await kept(steward, instances)

    let removed = try await system.shell("dpkg --remove steward 2>&1")
    #expect(removed.contains("Instances run on"), "\(removed)")
    #expect(try await system.shell("pgrep -x stewardd || true").isEmpty)
    #expect(!system.exists("/run/steward/steward.sock") && !system.exists("/usr/bin/stewardd"))
    #expect(
      system.exists("/etc/steward/environments/live.yaml") && system.exists("/var/lib/steward/events.sqlite"))
    #expect(try await steward.instances("live") == instances)

    try await install(revision: 3)
    #expect(try await steward.show("ActiveState") == "active")
    try await kept(steward, instances)
    #expect(try await steward.steward("events", "verify").isSuccess)

    try await system.shell("dpkg --purge steward")
    for path in ["/var/lib/steward", "/etc/steward", "/run/steward", "/usr/share/doc/steward"] {
      #expect(!system.exists(path), "\(path) is left")
    }
    #expect(try await system.shell("find /etc/systemd /usr/lib/systemd -name '*steward*'").isEmpty)
    #expect(try await system.shell("systemctl --failed --quiet | grep -c steward || true") == "0\n")
    #expect(system.read("/srv/live/data") == "data\n")
    #expect(try await steward.instances("live") == instances)
    try await system.shell("kill -KILL \(instances.map { "\($0)" }.joined(separator: " "))")
  }

  private func install(revision: Int) async throws {
    let steward = try InstalledSteward()
    try steward.system.copy(try await DebianPackage.of(revision: revision), to: "/root/steward.deb")
    try await steward.system.shell("dpkg --install /root/steward.deb 2>&1")
  }

  private func kept(_ steward: InstalledSteward, _ instances: [pid_t]) async throws {
    try await eventually("all are known again, and nothing is to be done") {
      let status = try await steward.steward("status").output.text
      guard status.contains("3 of 3") else { return false }
      return try await steward.steward("plan").end == .exited(0)
    }
    #expect(try await steward.instances("live") == instances)
  }

  @Test("the same sources make the same package, byte for byte, owned by root, with what it needs named")
  func reproducible() async throws {
    let first = try await DebianPackage.of(revision: 1)
    let digest = try await SubprocessRunner().run(Command(["/usr/bin/sha256sum", first])).output.text.prefix(
      64)
    let again = ScratchFolder()
    let second = try await DebianPackage.build(revision: 1, in: again.path)
    #expect(second != first)
    #expect(
      try await SubprocessRunner().run(Command(["/usr/bin/sha256sum", second])).output.text.prefix(64)
        == digest)
    let content = try await SubprocessRunner().run(Command(["/usr/bin/dpkg-deb", "--contents", first])).output
      .text
    for line in content.split(separator: "\n") { #expect(line.contains(" root/root "), "\(line)") }
    for path in [
      "/usr/bin/stewardd", "/usr/bin/steward", "/usr/share/bash-completion/completions/steward",
      "/usr/share/man/man1/steward.1.gz", "/usr/share/man/man8/stewardd.8.gz",
    ] {
      #expect(content.contains(".\(path)\n"), "\(path)")
    }
    let needs = try await SubprocessRunner().run(Command(["/usr/bin/dpkg-deb", "--field", first, "Depends"]))
      .output.text
    for name in ["libc6 (>=", "libpq5", "libsqlite3-0 (>=", "libstdc++6 (>=", "systemd (>= 252)", "tzdata"] {
      #expect(needs.contains(name), "\(needs)")
    }
  }
}
