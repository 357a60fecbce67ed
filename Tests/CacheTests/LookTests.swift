import Fixtures
import Host
import Reconciliation
import Redis
import Testing

@testable import Cache

@Suite("Looks at many caches", .serialized, .enabled(if: RedisServer.isAvailable))
struct LookTests {
  /// Counts the processes that are started.
  private actor Counting: CommandRunner {
    var count = 0

    private func add() { count += 1 }

    nonisolated func run(_ command: Command) async throws -> CommandResult {
      await add()
      return try await SubprocessRunner().run(command)
    }
  }

  @Test(
    "a look costs one process a server; a hundred at once are quicker than a shell that asks one after the other"
  )
  func hundred() async throws {
    // A hundred caches on four servers: what is measured is the asking, not a hundred servers.
    let servers = (0..<4).map { _ in RedisServer() }
    let caches = (0..<100).map { spec(.single, [.socket(servers[$0 % 4].socket)], memory: 64_000_000) }
    let counting = Counting()
    let keeper = CacheController(commands: counting) { _, _ in nil }
    let began = ContinuousClock.now
    let known = await withTaskGroup(of: Bool.self) { group in
      for cache in caches { group.addTask { await keeper.observe(resource(cache)).value != nil } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    let look = ContinuousClock.now - began
    #expect(known == 100)
    #expect(await counting.count == 100)

    // The same questions, each by a redis-cli of its own, as one types them.
    let lines = caches.indices.map { index in
      let ask = "redis-cli -s '\(servers[index % 4].socket)'"
      return
        "\(ask) INFO; \(ask) CONFIG GET 'maxmemory*'; \(ask) CONFIG GET save; \(ask) CONFIG GET appendonly; \(ask) CLUSTER INFO"
    }
    let folder = ScratchFolder()
    folder.write(lines.joined(separator: "\n"), to: "loop")
    let loopBegan = ContinuousClock.now
    #expect(shell("sh loop > answers", in: folder))
    let loop = ContinuousClock.now - loopBegan
    Figure.tell("a look at 100 caches (4 servers)", "\(Int(look / .milliseconds(1))) ms")
    Figure.tell("the same with redis-cli in a shell loop", "\(Int(loop / .milliseconds(1))) ms")
    Figure.tell("how many times quicker", "\(Double(Int(loop / look * 10)) / 10)")
  }
}
