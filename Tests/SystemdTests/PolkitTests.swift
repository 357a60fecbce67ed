import Fixtures
import Host
import Testing

/// What polkit lets the daemon's user ask of systemd: unit by unit, verb by verb, against the real ones.
@Suite(
  "The polkit rule", .serialized,
  .enabled(if: BootedSystem.isWanted, "root and systemd-container are needed"),
  .inABootedSystemWithThePackage)
struct PolkitTests {
  private static let verbs = ["stop", "restart", "reset-failed"]
  private static let otherVerbs = [
    "start", "try-restart", "reload", "kill", "clean", "freeze", "isolate", "enable", "disable", "mask",
    "revert",
  ]

  private func ask(_ system: BootedSystem, _ arguments: String..., as user: String = "steward") async throws
    -> CommandResult
  {
    try await SubprocessRunner().run(
      Command(
        system.entering(
          ["/usr/sbin/runuser", "-u", user, "--", "/usr/bin/systemctl", "--no-ask-password"] + arguments),
        timeout: .seconds(60)))
  }

  private func isRefusal(_ result: CommandResult) -> Bool {
    !result.isSuccess
      && ["authentication required", "Access denied", "not authorized"].contains(
        where: result.error.text.contains)
  }

  @Test("three verbs of the written units are permitted, and nothing else of them, nor anything of others")
  func verbs() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    // Templates that exist, so that only the permission is in question.
    for name in ["let", "letter", "other"] {
      try system.write(
        "/etc/systemd/system/\(name)@.service",
        "[Service]\nEnvironmentFile=-/run/steward/instances/%p/%i.env\nExecStart=/bin/sleep 1000000\nExecReload=/bin/true\n"
      )
    }
    try await system.shell("systemctl daemon-reload; systemctl start other@1 letter@1 let@9")
    try steward.environment(
      "let", "instances:\n  app: {on: systemd, unit: let@, count: 1..2, ready after: 100ms}")
    try await eventually("the unit runs") {
      try await system.run("/usr/bin/systemctl", "is-active", "let@1").isSuccess
    }
    let rule = "/etc/polkit-1/rules.d/50-steward.rules"
    #expect(try await system.shell("stat -c '%a %U' \(rule)") == "644 root\n")
    // From here on only the test acts.
    try await system.shell("systemctl stop steward.socket")

    for verb in Self.verbs {
      for unit in ["let@1.service", "let@2.service"] {
        let result = try await ask(system, verb, unit)
        #expect(result.isSuccess, "\(verb) \(unit): \(result.error.text)")
      }
    }
    for verb in Self.otherVerbs {
      let result = try await ask(system, verb, "let@1.service")
      #expect(isRefusal(result), "\(verb): \(result.end) \(result.error.text)")
    }
    #expect(isRefusal(try await ask(system, "set-property", "--runtime", "let@1.service", "CPUWeight=50")))
    // Above what is written none is started, and one that runs may be stopped.
    #expect(isRefusal(try await ask(system, "restart", "let@3.service")))
    #expect(try await ask(system, "stop", "let@9.service").isSuccess)

    let others = [
      "other@1.service", "letter@1.service", "let@.service", "let@01.service", "let@x.service", "let@1.timer",
      "let@1.socket", "xlet@1.service", "steward.service", "steward-polkit.service", "cron.service",
      "dbus.service", "rescue.target", "systemd-journald.service",
    ]
    for unit in others {
      for verb in Self.verbs where verb != "reset-failed" {
        let result = try await ask(system, verb, unit)
        #expect(!result.isSuccess, "\(verb) \(unit)")
        // Some of these names are no unit's; what there is, is refused.
        let exists = !["not found", "not loaded", "Invalid", "missing the instance"].contains(
          where: result.error.text.contains)
        #expect(isRefusal(result) || !exists, "\(verb) \(unit): \(result.error.text)")
      }
    }
    #expect(try await system.shell("systemctl is-active other@1 letter@1 dbus") == "active\nactive\nactive\n")
    for arguments in [
      ["daemon-reload"], ["daemon-reexec"], ["reboot"], ["poweroff"], ["isolate", "rescue.target"],
    ] {
      let result = try await SubprocessRunner().run(
        Command(
          system.entering(
            ["/usr/sbin/runuser", "-u", "steward", "--", "/usr/bin/systemctl", "--no-ask-password"]
              + arguments),
          timeout: .seconds(60)))
      #expect(!result.isSuccess, "\(arguments)")
    }
    #expect(isRefusal(try await ask(system, "restart", "let@1.service", as: "nobody")))
    #expect(isRefusal(try await ask(system, "cancel")))
  }

  @Test("no unit of any command can be made, under a written name or another")
  func transient() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    // Written, and without a file: the name is free.
    try steward.environment("free", "instances:\n  app: {on: systemd, unit: free@, count: 2}")
    try await eventually("the rule names it") {
      system.read("/etc/polkit-1/rules.d/50-steward.rules")?.contains("\"free@\": 2") ?? false
    }
    for unit in ["free@1.service", "evil.service"] {
      let made = try await system.run(
        as: "steward", "/usr/bin/busctl", "--allow-interactive-authorization=no", "call",
        "org.freedesktop.systemd1",
        "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "StartTransientUnit",
        "ssa(sv)a(sa(sv))",
        unit, "replace", "1", "ExecStart", "a(sasb)", "1", "/usr/bin/touch", "2", "touch", "/root/made",
        "false", "0")
      #expect(!made.isSuccess, "\(unit)")
      #expect(
        made.error.text.contains("uthentication") || made.error.text.contains("denied"), "\(made.error.text)")
    }
    #expect(!system.exists("/root/made"))
    let run = try await system.run(as: "steward", "/usr/bin/systemd-run", "--no-ask-password", "/bin/true")
    #expect(!run.isSuccess)
  }

  @Test(
    "the daemon can neither write the rule nor what it is made of; a file with a mistake leaves it as it is")
  func widening() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    let rule = "/etc/polkit-1/rules.d/50-steward.rules"
    try steward.environment("wide", "instances:\n  app: {on: systemd, unit: wide@, count: 2}")
    try await eventually("the rule names it") { system.read(rule)?.contains("\"wide@\": 2") ?? false }
    for path in [rule, "/etc/steward/environments/wide.yaml", "/etc/systemd/system/wide@.service"] {
      #expect(try await !system.run(as: "steward", "/bin/sh", "-c", "echo >>\(path)").isSuccess, "\(path)")
    }
    #expect(try await !system.run(as: "steward", "/usr/bin/stewardd", "polkit", "--output", rule).isSuccess)
    let before = try #require(system.read(rule))
    try steward.environment("wide", "instances:\n  app: {on: systemd, unit: wide@, count: 20, nosuch: 1}")
    let refused = try await system.run("/usr/bin/stewardd", "polkit", "--output", rule)
    #expect(!refused.isSuccess && refused.error.text.contains("wide.yaml"), "\(refused.error.text)")
    #expect(system.read(rule) == before)
    try steward.environment("wide", "instances:\n  app: {on: systemd, unit: wide@, count: 3}")
    try await eventually("the rule follows the files") {
      system.read(rule)?.contains("\"wide@\": 3") ?? false
    }
  }
}
