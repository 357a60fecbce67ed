import Fixtures
import Reconciliation
import Redis
import Testing

@testable import Cache

@Suite("Every plan for a cache")
struct PropertyTests {
  static let seeds: [UInt64] = (0..<300).map { Dice.seed &+ $0 }

  private func world(_ dice: inout Dice) -> (CacheSpec, CacheObserved) {
    func maybe<T>(_ value: T) -> T? { Bool.random(using: &dice) ? value : nil }
    let count = Int.random(in: 1...4, using: &dice)
    let addresses = (1...count).map { RedisAddress.network(host: "h\($0)", port: 6379) }
    let wanted = spec(
      count == 1 ? .single : [.replicated, .cluster].randomElement(using: &dice)!, addresses,
      memory: maybe([0, 1_000, 5_000_000].randomElement(using: &dice)!),
      whenFull: maybe(CacheSpec.policies.randomElement(using: &dice)!),
      persistence: maybe(CacheSpec.Persistence.allCases.randomElement(using: &dice)!))
    let servers = addresses.map { address in
      guard Int.random(in: 0..<5, using: &dice) > 0 else { return SeenServer(address, problem: "no answer") }
      let isPrimary = Bool.random(using: &dice)
      return SeenServer(
        address,
        state: ServerState(
          version: "7.0.15", isPrimary: isPrimary, follows: isPrimary ? nil : "h1:6379",
          isLinked: isPrimary ? nil : .random(using: &dice), followers: .random(in: 0...3, using: &dice),
          lagBytes: maybe(.random(in: 0...99_000_000, using: &dice)),
          usedBytes: .random(in: 0...9_000_000, using: &dice),
          settings: [
            "maxmemory": ["0", "1000", "5000000"].randomElement(using: &dice)!,
            "maxmemory-policy": CacheSpec.policies.randomElement(using: &dice)!,
            "save": ["", "60 1"].randomElement(using: &dice)!,
            "appendonly": ["yes", "no"].randomElement(using: &dice)!,
          ],
          isSaved: .random(using: &dice), isAppended: .random(using: &dice), isClusterWhole: maybe(true)))
    }
    return (wanted, CacheObserved(servers: servers))
  }

  @Test("converges, touches only servers that answer, and names each finding once", arguments: seeds)
  func converges(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var (wanted, observed) = world(&dice)
    let first = CacheController.plan(resource(wanted), .known(observed, at: now), context())
    #expect(Set(first.findings.map(\.code)).count == first.findings.count)
    let silent = Set(observed.servers.filter { $0.state == nil }.map(\.address))
    #expect(first.actions.allSatisfy { !silent.contains($0.server) })
    #expect(try JSON(encoding: observed).decoded(as: CacheObserved.self) == observed)
    for action in first.actions {
      #expect(try JSON(encoding: action).decoded(as: CacheAction.self) == action)
      observed = CacheController.expect(action, of: resource(wanted), after: observed, at: now)
    }
    #expect(CacheController.plan(resource(wanted), .known(observed, at: now), context()).actions.isEmpty)
    wanted.memory = nil
    wanted.whenFull = nil
    wanted.persistence = nil
    #expect(
      CacheController.plan(resource(wanted), .known(observed, at: now), context()).actions.isEmpty,
      "what is not written is left alone")
  }

  @Test("a limit below what is in use throws keys away, so it is destructive; one above costs nothing")
  func risks() {
    let address = RedisAddress.network(host: "h", port: 1)
    func risk(_ memory: Int64, _ whenFull: String? = nil) -> [Risk] {
      let state = ServerState(
        version: "7", isPrimary: true, usedBytes: 5_000,
        settings: ["maxmemory": "9000", "maxmemory-policy": "noeviction"])
      return CacheController.plan(
        resource(spec(.single, [address], memory: memory, whenFull: whenFull)),
        .known(CacheObserved(servers: [SeenServer(address, state: state)]), at: now), context()
      ).actions.map(\.risk)
    }
    #expect(risk(1_000) == [.destructive])
    #expect(risk(6_000) == [.safe])
    #expect(risk(0) == [.safe], "no limit")
    #expect(risk(9_000, "allkeys-lru") == [.disruptive])
  }

  @Test("does nothing without a look")
  func unknown() {
    let wanted = spec(.single, [.socket("/s")], memory: 1)
    let plan = CacheController.plan(resource(wanted), .unknown(reason: "no answer", since: now), context())
    #expect(plan.actions.isEmpty && plan.state == .unknown && plan.wakeAt != nil)
  }
}
