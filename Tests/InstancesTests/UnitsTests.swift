import Calendar
import Fixtures
import Host
import Instances
import Reconciliation
import Specification
import Systemd
import Testing

/// What the daemon finds out and does about units, with units that exist in memory. Real ones are started by
/// `Tests/SystemdTests`.
@Suite struct UnitsTests {
  private struct Bench {
    let folder = ScratchFolder()
    let units = PretendUnits(clock: SystemClock())
    let children: Children
    let resource: Resource<InstancesSpec>

    init(_ change: (inout InstancesSpec) -> Void = { _ in }) throws {
      children = try Children(stateFolder: folder.path)
      resource = Bench.resource(change)
    }

    static func resource(_ change: (inout InstancesSpec) -> Void = { _ in }) -> Resource<InstancesSpec> {
      var spec = InstancesSpec(run: [])
      spec.on = .systemd
      spec.unit = "web@"
      spec.count = 2...2
      spec.readyAfter = .zero
      change(&spec)
      return Fixture.resource(spec)
    }

    /// The controller of a daemon that starts anew.
    func daemon() -> InstancesController {
      InstancesController(
        children: children, units: units, unitFiles: folder.path("units"), commands: SubprocessRunner()
      ) { _, name, version in ("\(name)'s value \(version)", nil) }
    }

    func settle(
      _ daemon: InstancesController, _ resource: Resource<InstancesSpec>, _ facts: Facts = Facts()
    ) async throws {
      for _ in 0..<20 {
        let context = Fixture.context(at: SystemClock().now + .seconds(1), facts: facts)
        let plan = InstancesController.plan(resource, await daemon.observe(resource), context)
        guard let action = plan.actions.first else { return }
        _ = try await daemon.apply(action, to: resource)
      }
      Issue.record("it does not settle")
    }

    func text(_ file: String) -> String? { folder.text("units/web/\(file)") }
  }

  @Test(
    "what a run was started with is known to any daemon, whoever started it, and whenever the one before was killed"
  )
  func marks() async throws {
    let bench = try Bench { $0.variables = ["A": "1"] }
    try await bench.settle(bench.daemon(), bench.resource)
    #expect(bench.units.asked == ["restart web@1.service", "restart web@2.service"])
    let first = try #require(await bench.daemon().observe(bench.resource).value)
    #expect(Set(first.running.map(\.revision)).count == 1)

    // Started anew by somebody: it read the same files.
    bench.units.start("web@1.service")
    let second = try #require(await bench.daemon().observe(bench.resource).value)
    #expect(second.running.map(\.revision) == first.running.map(\.revision))

    // Killed after the files were replaced and before the restart: systemd refuses in the place of that.
    let changed = Bench.resource { $0.variables = ["A": "2"] }
    bench.units.refuse("web@1.service", UnitRefusal(.failed, unit: "web@1.service", words: "not now"))
    await #expect(throws: Failure.self) { try await bench.settle(bench.daemon(), changed) }
    #expect(bench.text("1.env") == "A=\"2\"\n")
    let third = try #require(await bench.daemon().observe(changed).value)
    #expect(
      third.running.map(\.revision) == first.running.map(\.revision), "it runs with what it read before")
    bench.units.refuse("web@1.service", nil)
    bench.units.start("web@1.service")
    let fourth = try #require(await bench.daemon().observe(changed).value)
    #expect(
      fourth.running[0].revision != fourth.running[1].revision, "it was started since, and read the new ones")
  }

  @Test("variables and secrets are written for the unit, each where it belongs, and go when it is stopped")
  func files() async throws {
    let bench = try Bench {
      $0.count = 1...1
      $0.variables = ["ODD": "a \"b\" $c `d` \\ 'e'\nf"]
      $0.secrets = ["KEY"]
      $0.port = 8080
    }
    let daemon = bench.daemon()
    try await bench.settle(daemon, bench.resource, Fixture.facts(["KEY": (current: 2, previous: [1])]))
    let odd = "ODD=\"a \\\"b\\\" \\$c \\`d\\` \\\\ 'e'\nf\"\nPORT=\"8080\"\n"
    #expect(bench.text("1.variables") == odd)
    #expect(bench.text("1.env") == odd + "KEY=\"KEY's value 2\"\nKEY_PREVIOUS=\"KEY's value 1\"\n")
    #expect(bench.text("1.credentials/KEY") == "KEY's value 2")
    #expect(bench.text("1.credentials/KEY_PREVIOUS") == "KEY's value 1")
    #expect(bench.text("1.mark")?.contains("value") == false)

    let none = Bench.resource { $0.count = 0...0 }
    try await bench.settle(daemon, none)
    for file in ["1.variables", "1.env", "1.mark", "1.credentials/KEY"] {
      #expect(bench.text(file) == nil, "\(file)")
    }
  }

  @Test("while systemd does not answer nothing is known, and nothing is done") func silence() async throws {
    let bench = try Bench()
    try await bench.settle(bench.daemon(), bench.resource)
    bench.units.silence(HostError("ask", "systemd", "Failed to connect to bus", class: .transient))
    let seen = await bench.daemon().observe(bench.resource)
    #expect(seen.value == nil)
    #expect(InstancesController.plan(bench.resource, seen, Fixture.context()).actions.isEmpty)
  }

  @Test("a unit whose file systemd has not read again is told") func stale() async throws {
    let bench = try Bench()
    try await bench.settle(bench.daemon(), bench.resource)
    #expect(await bench.daemon().observe(bench.resource).value?.stale == nil)
    bench.units.change("web@2.service") { $0.isStale = true }
    #expect(await bench.daemon().observe(bench.resource).value?.stale == "web@2.service")
  }

  @Test("a unit that another environment keeps is not touched") func foreign() async throws {
    let bench = try Bench()
    try await bench.settle(bench.daemon(), bench.resource)
    let other = Resource(
      ResourceID(environment: "production", controller: "instances", name: "web"), spec: bench.resource.spec,
      node: .map(["on": .text("systemd")]))
    guard case .unknown(let reason, _) = await bench.daemon().observe(other) else {
      Issue.record("it was looked at as if it were production's")
      return
    }
    // Which of the two is looked at first is chance.
    #expect(reason.contains("kept as staging/instances/web#"), "\(reason)")
  }

  @Test("a unit that dies again and again is counted; a denial is a finding, and who must act is said")
  func trouble()
    async throws
  {
    let bench = try Bench { $0.count = 1...1 }
    let daemon = bench.daemon()
    for _ in 1...3 {
      try await bench.settle(daemon, bench.resource)
      bench.units.change("web@1.service") { unit in
        unit.activity = .failed
        unit.end = .exited(203)
        unit.endedAt = unit.startedAt
      }
      _ = await daemon.observe(bench.resource)
    }
    let seen = await daemon.observe(bench.resource)
    #expect(seen.value?.ended.map(\.quickDeaths) == [3])
    let plan = InstancesController.plan(bench.resource, seen, Fixture.context(at: SystemClock().now))
    #expect(plan.findings.first?.message.contains("could not be started (203/EXEC)") == true)
    #expect(plan.findings.first?.message.contains("journalctl --unit=web@1") == true)
  }

  @Test("what systemctl says is read: times, ends, what is counted and what is not, what a unit lacks")
  func shown() async throws {
    let text = """
      MainPID=411
      Result=success
      NRestarts=2
      ExecMainStartTimestamp=Tue 2026-11-24 16:38:39.250000 UTC
      ExecMainStartTimestampMonotonic=41100000
      ExecMainExitTimestamp=
      ExecMainCode=0
      ExecMainStatus=0
      MemoryCurrent=6291456
      CPUUsageNSec=1234567000
      TasksCurrent=4
      Id=web@1.service
      LoadState=loaded
      LoadError=
      ActiveState=active
      SubState=running
      ActiveEnterTimestamp=Tue 2026-11-24 16:38:40.000000 UTC
      NeedDaemonReload=no
      InvocationID=83dbaef8a6a0409c90484d8bb18b5e83

      MainPID=0
      Result=exit-code
      ExecMainExitTimestamp=Tue 2026-11-24 16:38:41.000000 UTC
      ExecMainCode=1
      ExecMainStatus=203
      MemoryCurrent=[not set]
      CPUUsageNSec=18446744073709551615
      Id=web@2.service
      LoadState=masked
      LoadError=org.freedesktop.systemd1.UnitMasked "Unit web@2.service is masked."
      ActiveState=failed
      SubState=failed

      Id=web@3.service
      LoadState=bad-setting
      LoadError=org.freedesktop.systemd1.BadUnitSetting "Unit web@3.service has a bad unit file setting."
      ActiveState=inactive
      SubState=dead
      """
    let names = (1...3).map { "web@\($0).service" }
    let units = try await SystemdUnits(commands: Saying(text)).look(at: names, andAll: "web@", above: 3)
    #expect(units.map(\.name) == names)
    #expect(
      units[0].processorMicroseconds == 1_234_567 && units[0].memoryBytes == 6_291_456 && units[0].tasks == 4)
    #expect(units[0].startedAt == Instant(rfc3339: "2026-11-24T16:38:39.25Z") && units[0].end == nil)
    #expect(units[1].load == .masked && units[1].end == .exited(203) && units[1].processorMicroseconds == nil)
    #expect(units[2].load == .broken("Unit web@3.service has a bad unit file setting."))
    await #expect(throws: HostError.self) {
      try await SystemdUnits(commands: Saying(text)).look(at: ["web@4.service"], andAll: nil, above: 0)
    }
  }

  @Test("the keys that a unit says itself are refused, and so is a name that is no template's") func reading()
  {
    func mistakes(_ entries: KeyValuePairs<String, SpecNodeText>) -> [String] {
      Fixture.read(.map(["web": SpecNodeText.node(entries)])).mistakes
    }
    #expect(mistakes(["on": "systemd"]).isEmpty)
    #expect(mistakes(["on": "systemd", "unit": "shop-web@.service"]).isEmpty)
    #expect(mistakes(["on": "systemd", "folder": "/srv"]).first?.contains("WorkingDirectory=") == true)
    #expect(mistakes(["on": "systemd", "stop within": "3s"]).first?.contains("TimeoutStopSec=") == true)
    #expect(mistakes(["on": "systemd", "unit": "web"]).first?.contains("name of a template") == true)
    #expect(mistakes(["on": "systemd", "unit": "../web@"]).first?.contains("name of a template") == true)
    #expect(mistakes(["unit": "web@"]).contains { $0.contains("for `on: systemd`") })
  }

  @Test("the rule names the written units and their highest number, and three verbs") func rule() {
    let text = PolkitRule(user: "steward", units: ["web@": 6, "api@": 2]).text
    #expect(text.contains("{\"api@\": 2, \"web@\": 6}"))
    #expect(text.contains("subject.user != \"steward\""))
    #expect(!text.contains("\"start\""))
  }
}

/// A scalar of a file.
struct SpecNodeText: ExpressibleByStringLiteral {
  let text: String
  init(stringLiteral text: String) { self.text = text }

  static func node(_ entries: KeyValuePairs<String, SpecNodeText>) -> SpecNode {
    SpecNode(
      place: Place(file: "staging.yaml"),
      content: .mapping(
        entries.map {
          SpecEntry(key: SpecKey($0.key, place: Place(file: "staging.yaml")), value: .text($0.value.text))
        }))
  }
}

/// Every command succeeds and prints this.
private struct Saying: CommandRunner {
  let text: String
  init(_ text: String) { self.text = text }

  func run(_ command: Command) async throws -> CommandResult {
    CommandResult(end: .exited(0), output: CapturedOutput(text))
  }
}
