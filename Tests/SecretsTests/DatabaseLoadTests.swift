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
      var logins = 0
      var failed: [String] = []
    }

    let tally = Mutex(Tally())
    let followers: Followers
    let bench: DatabaseBench

    init(_ bench: DatabaseBench, count: Int) {
      self.bench = bench
      followers = Followers(count)
    }

    func run() async {
      await withTaskGroup(of: Void.self) { group in
        for index in 0..<followers.count { group.addTask { await self.follow(index) } }
      }
    }

    private func follow(_ index: Int) async {
      while followers.begin(index) {
        let now = bench.delivered
        let (user, password) = (now["API_KEY_USER"] ?? "", now["API_KEY"] ?? "")
        let isIn = await bench.login(user, password)
        tally.withLock {
          $0.logins += 1
          if !isIn { $0.failed.append(user) }
        }
      }
    }
  }

  @Test("no login fails of clients that follow the delivered secret, and each rotation takes a moment")
  func underLoad() async throws {
    let bench = try DatabaseBench(try PostgreSQLCluster(["max_connections": "60"]), overlap: "1h")
    let keeper = try await bench.keeper()
    let clients = Clients(bench, count: 3)
    let running = Task { await clients.run() }
    let began = ContinuousClock.now
    let times = try await clients.followers.outlive(100, rotationsBy: keeper, of: bench.workshop)
    let elapsed = began.duration(to: .now)
    clients.followers.end()
    await running.value
    let (logins, failed) = clients.tally.withLock { ($0.logins, $0.failed) }
    #expect(failed.isEmpty)
    #expect(keeper.done.filter { $0 == "finish" }.count == 101)
    #expect(keeper.done.filter { $0 == "retire" }.count == 100)
    #expect(keeper.findings.isEmpty)
    Figure.tell("PostgreSQL: failed logins in 100 rotations", "\(failed.count) of \(logins)")
    let now = bench.delivered
    let alone = try bench.cluster.loginsPerSecond(
      now["API_KEY_USER"] ?? "", now["API_KEY"] ?? "", clients: clients.followers.count)
    Figure.tell(
      "PostgreSQL: logins meanwhile, per second",
      "\(Int(Double(logins) / (elapsed / .seconds(1)))); pgbench's at the server alone: \(alone)")
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
