import Fixtures
import Host
import Systemd
import Testing

/// Instances that are units, kept by the installed service. Each test has an environment and templates of its own.
@Suite(
  "Units that the service keeps", .serialized,
  .enabled(if: BootedSystem.isWanted, "root and systemd-container are needed"),
  .inABootedSystemWithThePackage)
struct UnitInstancesTests {
  /// A template whose instances say what they were given, to a file of their user's, and stay.
  private func template(_ name: String, _ steward: InstalledSteward, more: String = "") async throws {
    try await steward.system.shell(
      """
      id web >/dev/null 2>&1 || useradd --system web
      mkdir -p -m 0711 /srv/\(name) && chown web: /srv/\(name)
      """)
    try steward.program(
      "/srv/\(name)/app",
      """
      #!/bin/sh
      umask 077
      env >/srv/\(name)/$1.given
      [ -z "$CREDENTIALS_DIRECTORY" ] || cat "$CREDENTIALS_DIRECTORY/API_KEY" >/srv/\(name)/$1.credential
      exec sleep 1000000
      """)
    try steward.system.write(
      "/etc/systemd/system/\(name)@.service",
      """
      [Service]
      User=web
      EnvironmentFile=/run/steward/instances/%p/%i.env
      ExecStart=/srv/\(name)/app %i
      CPUAccounting=yes
      MemoryAccounting=yes
      \(more)

      """)
    try await steward.system.shell("systemctl daemon-reload")
  }

  private func show(_ unit: String, _ property: String, _ steward: InstalledSteward) async throws -> String {
    try await steward.system.shell("systemctl show --property=\(property) --value '\(unit)'")
      .trimmingSuffix(while: \.isNewline)
  }

  private func active(_ name: String, _ steward: InstalledSteward) async throws -> [String] {
    try await steward.system.shell(
      "systemctl list-units --plain --no-legend --state=active '\(name)@*.service' | cut -d' ' -f1"
    )
    .split(separator: "\n").map(String.init).sorted()
  }

  private func given(_ name: String, _ index: Int, _ variable: String, _ steward: InstalledSteward) -> String?
  {
    steward.system.read("/srv/\(name)/\(index).given")?.split(separator: "\n").first {
      $0.hasPrefix("\(variable)=")
    }
    .map { String($0.dropFirst(variable.count + 1)) }
  }

  /// Counts how many are active all the while, until it is asked for the smallest number.
  private func sampled(_ name: String, _ steward: InstalledSteward, while body: () async throws -> Void)
    async throws
    -> Int
  {
    try await steward.system.shell(
      """
      rm -f /root/\(name).active
      systemd-run --quiet --unit=sample-\(name) sh -c '
        while sleep 0.05; do systemctl is-active \(name)@1 \(name)@2 | grep -c "^active" >>/root/\(name).active; done'
      """)
    try await body()
    try await steward.system.shell("systemctl stop sample-\(name)")
    return steward.system.read("/root/\(name).active")?.split(separator: "\n").compactMap { Int($0) }.min()
      ?? 0
  }

  @Test("as many run as written; an edit and a rotation restart one at a time, and the other goes on")
  func rolling() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await template(
      "roll", steward, more: "LoadCredential=API_KEY:/run/steward/instances/%p/%i.credentials/API_KEY")
    func write(_ level: String) throws {
      try steward.environment(
        "roll",
        """
        secrets:
          API_KEY: {kind: api-key, every: 90d, overlap: 1h}
        instances:
          roll: {on: systemd, count: 2..3, port: 8100, ready after: 1s, variables: {LEVEL: \(level)}, secrets: [API_KEY]}
        """)
    }
    try write("info")
    try await eventually("two run") {
      try await active("roll", steward) == ["roll@1.service", "roll@2.service"]
    }
    try await eventually("they are as written") {
      try await steward.steward("plan", "roll").end == .exited(0)
    }
    let first = try await steward.steward("secret", "get", "roll/secrets/API_KEY").output.text
      .trimmingSuffix(while: \.isNewline)
    #expect(given("roll", 2, "API_KEY", steward) == first && given("roll", 2, "PORT", steward) == "8101")
    #expect(given("roll", 1, "LEVEL", steward) == "info")
    #expect(
      try await system.shell("stat -c '%a %U' /run/steward/instances /run/steward/instances/roll/1.*")
        == "700 steward\n700 steward\n600 steward\n600 steward\n600 steward\n")
    #expect(try await !system.run(as: "web", "cat", "/run/steward/instances/roll/1.env").isSuccess)

    let least = try await sampled("roll", steward) {
      try write("debug")
      try await eventually("both have the new variable") {
        given("roll", 1, "LEVEL", steward) == "debug" && given("roll", 2, "LEVEL", steward) == "debug"
      }
      #expect(try await steward.steward("rotate", "roll/secrets/API_KEY").isSuccess)
      try await eventually("both have the new secret") {
        let now = given("roll", 1, "API_KEY", steward)
        return now != nil && now != first && given("roll", 2, "API_KEY", steward) == now
      }
      try await eventually("nothing is left to do") {
        try await steward.steward("plan", "roll").end == .exited(0)
      }
    }
    #expect(least >= 1, "no instance was left")
    #expect(given("roll", 1, "API_KEY_PREVIOUS", steward) == first)
    let starts = try await [1, 2].asyncMap { index in
      UInt64(try await show("roll@\(index)", "ExecMainStartTimestampMonotonic", steward)) ?? 0
    }
    #expect(starts[1] >= starts[0] + 1_000_000, "\(starts)")

    // The values stand nowhere but where they are read.
    let second = try #require(given("roll", 1, "API_KEY", steward))
    // Not as arguments: what is looked for must not be found there.
    try system.write("/root/canaries", "\(first)\n\(second)\n", mode: 0o600)
    let places = try await system.shell(
      """
      journalctl --output=export | grep -c -F -f /root/canaries || true
      systemctl show 'roll@*' steward | grep -c -F -f /root/canaries || true
      cat /proc/[0-9]*/cmdline | grep -c -a -F -f /root/canaries || true
      steward events roll --json | grep -c -F -f /root/canaries || true
      grep -r -l -F -f /root/canaries /etc /var/lib/steward /var/log /tmp | wc -l
      """)
    #expect(places == "0\n0\n0\n0\n0\n", "\(places)")
    #expect(steward.system.read("/srv/roll/1.credential") == second)
    let use = try await steward.steward("why", "roll/instances/roll").output.text
    #expect(use.contains("roll#1 is process"), "\(use)")
  }

  @Test(
    "one that is killed, and one that root stops by hand, are started again at once; none runs while it is closed"
  )
  func kept() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await template("kept", steward)
    func write(_ open: String) throws {
      try steward.environment(
        "kept",
        """
        instances:
          app:
            on: systemd
            unit: kept@
            count: 2
            ready after: 100ms
            open: \(open)
            variables: {ODD: 'a "b" $HOME `x` \\ it''s'}
        """)
    }
    try write("always")
    try await eventually("two run") { try await active("kept", steward).count == 2 }
    try await eventually("systemd reads the variables as they are written") {
      given("kept", 1, "ODD", steward) == "a \"b\" $HOME `x` \\ it's"
    }
    let killed = try await show("kept@2", "MainPID", steward)
    try await eventually("both are seen to run") {
      try await steward.steward("plan", "kept").end == .exited(0)
    }
    try await system.shell("kill -KILL \(killed)")
    try await eventually("another runs in its place") {
      let now = try await show("kept@2", "MainPID", steward)
      return now != killed && now != "0"
    }
    try await system.shell("systemctl stop kept@1")
    try await eventually("it runs again") { try await active("kept", steward).count == 2 }
    #expect(
      try await steward.steward("why", "kept/instances/app").output.text.contains("was ended by SIGKILL"))

    // More than written, started by hand; then closed by the hours.
    try await system.shell(
      "cp /run/steward/instances/kept/2.env /run/steward/instances/kept/3.env; systemctl start kept@3")
    #expect(try await steward.steward("reconcile", "kept").isSuccess)
    try await eventually("the third is stopped") { try await active("kept", steward).count == 2 }
    let hour = try await system.shell("date -u +%H").trimmingSuffix(while: \.isNewline)
    let other = (Int(hour).map { ($0 + 6) % 24 } ?? 0)
    try write("\"Mon..Sun \(other < 10 ? "0" : "")\(other):00-\(other < 10 ? "0" : "")\(other):30\"")
    try await eventually("none runs while it is closed") { try await active("kept", steward).isEmpty }
    #expect(try await system.shell("ls /run/steward/instances/kept | grep -v credentials || true").isEmpty)
    try write("always")
    try await eventually("two run when it opens") { try await active("kept", steward).count == 2 }
  }

  @Test(
    "their number follows a metric at the next look, and the decision is an event with what it was decided by"
  )
  func scaled() async throws {
    let steward = try InstalledSteward()
    try await template("scaled", steward)
    try steward.system.write("/srv/scaled/load", "50\n")
    try steward.environment(
      "scaled",
      """
      instances:
        scaled:
          on: systemd
          ready after: 100ms
          scale: {between: 1..4, metric: [/bin/cat, /srv/scaled/load], target: 100}
      """)
    try await eventually("one runs") { try await active("scaled", steward).count == 1 }
    try steward.system.write("/srv/scaled/load", "350.5\n")
    #expect(try await steward.steward("reconcile", "scaled").isSuccess)
    try await eventually("four run") { try await active("scaled", steward).count == 4 }
    let events = try await steward.steward("events", "scaled", "--json").output.text
    #expect(events.contains("instances.scale.done"), "\(events)")
    #expect(events.contains("scale out from 1 to 4: 351 together, 100 each is aimed at"), "\(events)")
  }

  @Test("a look at 1,000 units of ten entries finds each, and those above what is written") func look()
    async throws
  {
    let system = try InstalledSteward().system
    let templates = (0..<10).map { "many\($0)@" }
    let list = templates.joined(separator: " ")
    for template in templates {
      try system.write("/etc/systemd/system/\(template).service", "[Service]\nExecStart=/bin/sleep 1000000\n")
    }
    try await system.shell(
      """
      systemctl daemon-reload
      for t in \(list); do for i in $(seq 1 101); do echo $t$i; done; done | xargs systemctl start
      """)
    let units = SystemdUnits(commands: Inside(system: system))
    let clock = SystemClock()
    var quickest = Duration.seconds(3600)
    for _ in 0..<3 {
      let began = clock.monotonic
      for template in templates {
        let found = try await units.look(
          at: (1...100).map { "\(template)\($0).service" }, andAll: template, above: 100)
        #expect(found.count == 101 && found.allSatisfy { $0.activity == .active && $0.mainProcess > 0 })
      }
      quickest = min(quickest, clock.monotonic - began)
    }
    let began = clock.monotonic
    try await system.shell(
      "for t in \(list); do for i in $(seq 1 100); do systemctl show $t$i >/dev/null; done; done")
    let loop = clock.monotonic - began
    Figure.tell("a look at 1,000 units", "\(Int(quickest / .milliseconds(1))) ms")
    Figure.tell("the same with systemctl in a shell loop", "\(Int(loop / .milliseconds(1))) ms")
    try await system.shell(
      "systemctl stop 'many*'; rm /etc/systemd/system/many*; systemctl daemon-reload")
  }

  @Test("the daemon, killed in the middle of a rolling restart, finishes it, and restarts none twice")
  func killedInAction() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await template("crash", steward, more: "ExecStartPre=/bin/sleep 1")
    func write(_ level: String) throws {
      try steward.environment(
        "crash",
        "instances:\n  crash: {on: systemd, count: 3, ready after: 100ms, variables: {LEVEL: \(level)}}")
    }
    try write("one")
    try await eventually("three run") { try await active("crash", steward).count == 3 }
    try await eventually("all is done") { try await steward.steward("plan", "crash").end == .exited(0) }
    try write("two")
    try await eventually("the first is being restarted") {
      try await show("crash@1", "ActiveState", steward) == "activating"
    }
    try await system.shell("kill -KILL \(try await steward.daemon())")
    try await eventually("all have the new variable") {
      (1...3).allSatisfy { given("crash", $0, "LEVEL", steward) == "two" }
    }
    try await eventually("all is done") { try await steward.steward("plan", "crash").end == .exited(0) }
    let started = try await system.shell(
      "for i in 1 2 3; do journalctl --unit=crash@$i --output=cat | grep -c '^Started'; done")
    #expect(started == "2\n2\n2\n")
  }

  @Test(
    "a unit that is missing, masked or failing is one finding that says who must act, and the others go on")
  func troubled() async throws {
    let steward = try InstalledSteward()
    let system = steward.system
    try await template("fine", steward)
    try await template("mask", steward)
    try await template("fail", steward)
    try steward.program("/srv/fail/app", "#!/bin/sh\necho no database here\nexit 3\n")
    try await system.shell("systemctl mask mask@2.service")
    try steward.environment(
      "sick",
      """
      instances:
        nosuch: {on: systemd, count: 2, ready after: 100ms}
        mask: {on: systemd, count: 2, ready after: 100ms}
        fail: {on: systemd, ready after: 100ms}
        fine: {on: systemd, count: 2, ready after: 100ms}
      """)
    try await eventually("the healthy ones run") {
      let (fine, mask) = try await (active("fine", steward), active("mask", steward))
      return fine.count == 2 && mask == ["mask@1.service"]
    }
    func why(_ name: String) async throws -> String {
      try await steward.steward("why", "sick/instances/\(name)").output.text
    }
    let missing = try await why("nosuch")
    #expect(missing.contains("there is no such unit") && missing.contains("nosuch@.service"), "\(missing)")
    let masked = try await why("mask")
    #expect(masked.contains("mask@2.service cannot be started: it is masked"), "\(masked)")
    #expect(masked.contains("systemctl unmask mask@2.service"), "\(masked)")
    try await eventually("the loop is found") {
      try await why("fail").contains("ended 3 times in a row soon after its start, last it exited with 3")
    }
    try await system.shell("systemctl unmask mask@2.service")
    try await template("nosuch", steward)
    try steward.program("/srv/fail/app", "#!/bin/sh\nexec sleep 1000000\n")
    #expect(try await steward.steward("reconcile", "sick").isSuccess)
    try await eventually("all run, once they are mended") {
      for (name, count) in [("nosuch", 2), ("mask", 2), ("fail", 1), ("fine", 2)] {
        guard try await active(name, steward).count == count else { return false }
      }
      return true
    }

    // A file that was changed and not read again.
    func isStale() async throws -> Bool {
      #expect(try await steward.steward("reconcile", "sick").isSuccess)
      return try await why("fine").contains("fine@1.service: its file was changed")
    }
    #expect(try await !isStale())
    try await system.shell("touch --date=tomorrow /etc/systemd/system/fine@.service")
    try await eventually("it is found") { try await isStale() }
    try await system.shell("systemctl daemon-reload")
    try await eventually("it is read") { try await !isStale() }
  }
}

/// Runs commands in a booted system, as root.
private struct Inside: CommandRunner {
  let system: BootedSystem

  func run(_ command: Command) async throws -> CommandResult {
    var command = command
    command.arguments = system.entering(command.arguments)
    return try await SubprocessRunner().run(command)
  }
}

extension Sequence {
  fileprivate func asyncMap<Other>(_ transform: (Element) async throws -> Other) async rethrows -> [Other] {
    var mapped: [Other] = []
    for element in self { mapped.append(try await transform(element)) }
    return mapped
  }
}
