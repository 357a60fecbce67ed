import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Synchronization
import Testing

@testable import Secrets

@Suite("Rotations of a cache's password under load", .serialized, .enabled(if: RedisServer.isAvailable))
struct RedisLoadTests {
  /// Clients on threads of their own: each logs in again and again with what the env file holds at that moment, but the
  /// last, which keeps its connection until somebody ends it.
  private final class Clients: Sendable {
    struct Tally {
      var logins = 0
      var reconnects = 0
      var failed = 0
    }

    let tally = Mutex(Tally())
    let followers: Followers
    let bench: RedisBench

    init(_ bench: RedisBench, count: Int) {
      self.bench = bench
      followers = Followers(count)
    }

    func run() async throws {
      let count = followers.count
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<count {
          group.addTask { try await onOwnThread { self.follow(index, keeps: index == count - 1) } }
        }
        try await group.waitForAll()
      }
    }

    private func follow(_ index: Int, keeps: Bool) {
      var session: RedisSession?
      while followers.begin(index) {
        if session?.ask("PING") == nil {
          let wasIn = session != nil
          session = RedisSession(bench.servers[index % bench.servers.count].socket)
          let isIn = session?.login("web", bench.delivered["API_KEY"] ?? "") ?? false
          tally.withLock {
            $0.logins += 1
            if keeps, wasIn { $0.reconnects += 1 }
            if !isIn { $0.failed += 1 }
          }
        }
        if !keeps { session = nil }
        usleep(1_000)
      }
    }
  }

  @Test("no login fails of clients that follow the delivered secret, and each rotation takes a moment")
  func underLoad() async throws {
    let bench = try await RedisBench(
      RedisServer("loglevel warning"), RedisServer("loglevel warning"), overlap: "1h")
    let keeper = try await bench.keeper()
    let clients = Clients(bench, count: 4)
    let running = Task { try await clients.run() }
    let began = ContinuousClock.now
    let count = Nightly.long.count(30, byNight: 100)
    let times = try await clients.followers.outlive(count, rotationsBy: keeper, of: bench.workshop)
    let elapsed = began.duration(to: .now)
    clients.followers.end()
    try await running.value
    let tally = clients.tally.withLock { $0 }
    #expect(tally.failed == 0 && tally.logins > 100)
    #expect(tally.reconnects > 0, "a connection of the password before is ended")
    #expect(keeper.done.filter { $0 == "finish" }.count == count + 1)
    #expect(keeper.done.filter { $0 == "retire" }.count == count)
    #expect(keeper.findings.isEmpty)
    Figure.tell("Redis: failed logins in \(count) rotations", "\(tally.failed) of \(tally.logins)")
    Figure.tell(
      "Redis: logins meanwhile, per second", "\(Int(Double(tally.logins) / (elapsed / .seconds(1))))")
    Figure.tell(
      "Redis: from due to finished at two servers, the slowest of \(count) under that load",
      "\(times[count - 1])")
  }
}
