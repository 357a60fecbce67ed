import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import SecretStore
import Synchronization
import Testing

@testable import Secrets

@Suite("A hundred rotations under load", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct DatabaseLoadTests {
  /// Clients that log in as fast as the machine lets them, each with what the env file holds at that moment.
  private final class Clients: Sendable {
    struct Tally {
      var begun: [Int]
      var logins = 0
      var failed: [String] = []
      var isOver = false
    }

    let tally: Mutex<Tally>
    let bench: DatabaseBench

    init(_ bench: DatabaseBench, count: Int) {
      self.bench = bench
      tally = Mutex(Tally(begun: [Int](repeating: 0, count: count)))
    }

    func run() async {
      let count = tally.withLock { $0.begun.count }
      await withTaskGroup(of: Void.self) { group in
        for index in 0..<count { group.addTask { await self.follow(index) } }
      }
    }

    private func follow(_ index: Int) async {
      while !tally.withLock({ $0.isOver }) {
        tally.withLock { $0.begun[index] += 1 }
        let now = bench.delivered
        let (user, password) = (now["API_KEY_USER"] ?? "", now["API_KEY"] ?? "")
        let isIn = await bench.login(user, password)
        tally.withLock {
          $0.logins += 1
          if !isIn { $0.failed.append(user) }
        }
      }
    }

    /// Waits until each has begun a login after this moment, so that the one that it began before is over.
    func overtake() async throws {
      let before = tally.withLock { $0.begun }
      try await eventually { tally.withLock { zip($0.begun, before).allSatisfy { $0 > $1 } } }
    }
  }

  @Test("no login fails of clients that follow the delivered secret, and each rotation takes a moment")
  func underLoad() async throws {
    let bench = try DatabaseBench(try PostgreSQLCluster(["max_connections": "60"]), overlap: "1h")
    let keeper = try await bench.keeper()
    let clients = Clients(bench, count: 3)
    let running = Task { await clients.run() }
    let began = ContinuousClock.now
    var times: [Duration] = []
    for _ in 0..<100 {
      bench.workshop.clock.advance(by: days(30))
      let due = ContinuousClock.now
      try await keeper.settle(.woke)
      times.append(due.duration(to: .now))
      // The overlap: as long as a login takes, no longer.
      try await clients.overtake()
      bench.workshop.clock.advance(by: .seconds(3601))
      try await keeper.settle(.woke)
    }
    let elapsed = began.duration(to: .now)
    clients.tally.withLock { $0.isOver = true }
    await running.value
    let (logins, failed) = clients.tally.withLock { ($0.logins, $0.failed) }
    #expect(failed.isEmpty)
    #expect(keeper.done.filter { $0 == "finish" }.count == 101)
    #expect(keeper.done.filter { $0 == "retire" }.count == 100)
    #expect(keeper.findings.isEmpty)
    times.sort()
    Figure.tell("PostgreSQL: failed logins in 100 rotations", "\(failed.count) of \(logins)")
    Figure.tell(
      "PostgreSQL: logins meanwhile, per second", "\(Int(Double(logins) / (elapsed / .seconds(1))))")
    Figure.tell("PostgreSQL: from due to finished, p99 of 100 under that load", "\(times[98])")
  }

  @Test("no value stands in the server's log, though it writes all it can, nor in arguments of any process")
  func canaries() async throws {
    let cluster = try PostgreSQLCluster([
      "log_min_messages": "debug5", "log_statement": "all", "log_connections": "on",
      "log_min_error_statement": "debug5",
      "log_error_verbosity": "verbose", "log_parameter_max_length_on_error": "-1", "log_duration": "on",
    ])
    let bench = try DatabaseBench(cluster)
    // The ALTER fails once: the server writes a statement that fails into its log.
    try cluster.psql("ALTER SYSTEM SET default_transaction_read_only = on")
    try cluster.psql("SELECT pg_reload_conf()")
    try await eventually { try cluster.psql("SHOW default_transaction_read_only") == "on" }
    let keeper = try await bench.keeper()
    var values = Set(try await bench.workshop.values().values)
    try cluster.psql(
      "ALTER SYSTEM RESET default_transaction_read_only")
    try cluster.psql("SELECT pg_reload_conf()")
    try await eventually { try cluster.psql("SHOW default_transaction_read_only") == "off" }
    try await keeper.pass(.seconds(3600))
    var arguments = ""
    for process in ScratchFolder.names(in: "/proc") where process.allSatisfy(\.isNumber) {
      arguments += String(decoding: Bytes.read("/proc/\(process)/cmdline"), as: UTF8.self)
    }
    try await keeper.pass(days(30))
    try await keeper.pass(.seconds(60))
    values.formUnion(try await bench.workshop.values().values)
    #expect(values.count == 2)
    #expect(await !bench.login("web_b", values.first! + "x"))

    let log = cluster.log
    #expect(log.contains("cannot execute ALTER ROLE in a read-only transaction"))
    #expect(log.contains("ALTER ROLE \"web\" PASSWORD 'SCRAM-SHA-256$"))
    var said = keeper.events.map { "\($0) \($0.body)" }
    said.append(log)
    said.append(arguments)
    said += keeper.reconciler.resources.values.map { "\($0)" }
    let everything = said.joined(separator: "\n")
    for value in values { #expect(!everything.contains(value)) }
    Figure.tell(
      "PostgreSQL: values found in its log, arguments and events",
      "\(values.filter(everything.contains).count)")
  }
}
