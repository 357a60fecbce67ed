import Calendar
import Fixtures
import Reconciliation
import Testing

@testable import Database

@Suite("Properties of plans of databases")
struct PropertyTests {
  private func world(_ dice: inout Dice) -> (
    Resource<DatabaseSpec>, DatabaseObserved, EnvironmentHeader.DataKind
  ) {
    var keys = [
      ("socket", "/run/postgresql"), ("availability", Bool.random(using: &dice) ? "single" : "high"),
    ]
    if keys[1].1 == "high", Bool.random(using: &dice) { keys.append(("zones", "multi")) }
    if Bool.random(using: &dice) { keys.append(("size", "2 GB")) }
    if Bool.random(using: &dice) { keys.append(("encrypted", "everywhere")) }
    let written = [
      ("work_mem", "8MB"), ("log_connections", "on"), ("max_connections", "200"), ("nonsense", "1"),
    ]
    .filter { _ in Bool.random(using: &dice) }
    let (resource, mistakes) = read(keys, settings: written, members: [("db1", "a"), ("db2", "b")])
    precondition(mistakes.isEmpty, "\(mistakes)")
    var seen = DatabaseObserved()
    seen.version = ["15.16 (Debian)", "16.1"].randomElement(using: &dice)
    seen.name = ["", "db1"].randomElement(using: &dice)!
    seen.isStandby = Int.random(in: 0..<5, using: &dice) == 0
    seen.bytes = Int64.random(in: 0...4_000_000_000, using: &dice)
    seen.hasTLS = Bool.random(using: &dice)
    seen.openSessions = Int.random(in: 0...2, using: &dice)
    let known: [(String, String?, String, String)] = [
      ("work_mem", "kB", "integer", "user"), ("log_connections", nil, "bool", "superuser-backend"),
      ("max_connections", nil, "integer", "postmaster"),
    ]
    for (name, unit, type, context) in known {
      let value = type == "bool" ? ["on", "off"] : ["8192", "200", "4096"]
      seen.settings.append(
        DatabaseSetting(
          name: name, value: value.randomElement(using: &dice)!, unit: unit, type: type, context: context,
          source: ["default", "configuration file", "command line"].randomElement(using: &dice)!,
          isPending: Bool.random(using: &dice)))
    }
    for name in ["db2", "db3"] where Bool.random(using: &dice) {
      seen.standbys.append(
        DatabaseStandby(
          name: name, state: Bool.random(using: &dice) ? "streaming" : "catchup", sync: "async",
          lagBytes: Int64.random(in: 0...1_000_000, using: &dice),
          lagMilliseconds: Int64.random(in: 0...100_000, using: &dice)))
    }
    return (resource, seen, [.synthetic, .real].randomElement(using: &dice)!)
  }

  @Test("acting as planned leaves nothing to do; a cell fits; time alone changes nothing")
  func converges() {
    var dice = Dice(seed: Dice.seed)
    for round in 0..<3000 {
      let (resource, found, data) = world(&dice)
      var seen = found
      let first = plan(resource, seen, data: data)
      #expect(first == plan(resource, seen, data: data, at: noon))
      #expect(first.actions == plan(resource, seen, data: data, at: noon + .seconds(86_400)).actions)
      #expect(first.cell.count <= 14, "\(first.cell)")
      #expect(Set(first.findings.map(\.code)).count == first.findings.count)
      for action in first.actions {
        seen = DatabaseController.expect(action, of: resource, after: seen, at: noon)
      }
      let after = plan(resource, seen, data: data)
      #expect(after.actions.isEmpty, "seed \(Dice.seed), round \(round): \(after.actions)")
      let blind = DatabaseController.plan(
        resource, .unknown(reason: "it is down", since: noon), PlanContext(now: noon, environment: header()))
      #expect(blind.actions.isEmpty && blind.state == .unknown && blind.findings.count == 1)
    }
  }

  @Test(
    "a value is compared as the server means it, whatever its unit",
    arguments: [
      ("8MB", "8192", "kB", "integer", true), ("8192", "8192", "kB", "integer", true),
      ("128MB", "16384", "8kB", "integer", true), ("1min", "60000", "ms", "integer", true),
      ("250ms", "0.25", "s", "real", true), ("on", "on", nil, "bool", true), ("yes", "on", nil, "bool", true),
      ("off", "on", nil, "bool", false), ("DDL", "ddl", nil, "enum", true), ("a", "b", nil, "string", false),
      ("8MB", "8192", nil, "integer", false), ("much", "8192", "kB", "integer", false),
    ] as [(String, String, String?, String, Bool)])
  func units(written: String, value: String, unit: String?, type: String, isHeld: Bool) {
    let setting = DatabaseSetting(
      name: "x", value: value, unit: unit, type: type, context: "user", source: "default", isPending: false)
    #expect(setting.holds(written) == isHeld)
  }

  @Test("what contradicts itself is refused where it stands")
  func refusals() {
    let (_, mistakes) = read(
      [("socket", "/run/postgresql"), ("host", "db"), ("availability", "single"), ("zones", "multi")],
      settings: [("statement_timeout", "1s")])
    #expect(mistakes.count == 3, "\(mistakes)")
    let (_, lonely) = read([("availability", "single"), ("port", "5433")])
    #expect(lonely.count == 1 && lonely[0].contains("`port` says how a server is reached"))
  }
}
