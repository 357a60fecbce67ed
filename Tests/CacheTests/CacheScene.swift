import Calendar
import Fixtures
import Host
import Reconciliation
import Redis
import Specification

@testable import Cache

let place = Place(file: "environments/dev.yaml", line: 7)
let now = Instant(rfc3339: "2026-11-24T12:00:00Z")!

func resource(_ spec: CacheSpec) -> Resource<CacheSpec> {
  let id = ResourceID(environment: "dev", controller: "cache", name: "main")
  return Resource(id, spec: spec, node: SpecNode(place: place, content: .null))
}

func context() -> PlanContext {
  PlanContext(now: now, environment: EnvironmentHeader(name: "dev", zone: .utc))
}

func spec(
  _ topology: CacheSpec.Topology = .single, _ servers: [RedisAddress], memory: Int64? = nil,
  whenFull: String? = nil, persistence: CacheSpec.Persistence? = nil, login: RedisServers.Login? = nil,
  sentinels: [RedisAddress] = [], sentinelName: String? = nil, trust: String? = nil
) -> CacheSpec {
  CacheSpec(
    topology: topology, failover: sentinels.isEmpty ? .none : .automatic, servers: servers,
    sentinels: sentinels,
    sentinelName: sentinelName, memory: memory.map { ByteCount(bytes: $0) }, whenFull: whenFull,
    persistence: persistence, login: login, trust: trust)
}

func controller(password: String? = nil) -> CacheController {
  CacheController { _, _ in password }
}

extension CacheController {
  func plan(_ spec: CacheSpec) async -> Plan<CacheAction> {
    CacheController.plan(resource(spec), await observe(resource(spec)), context())
  }

  /// Does what is planned until nothing is, and returns what was done.
  func keep(_ spec: CacheSpec) async throws -> [CacheAction] {
    var done: [CacheAction] = []
    for _ in 0..<20 {
      let observed = await observe(resource(spec))
      guard let action = CacheController.plan(resource(spec), observed, context()).actions.first else {
        return done
      }
      _ = try await apply(action, to: resource(spec))
      done.append(action)
      // What the action says that it changes is what the next look finds.
      guard case .known(let before, _) = observed, case .known(let after, _) = await observe(resource(spec))
      else {
        continue
      }
      let expected = CacheController.expect(action, of: resource(spec), after: before, at: now)
      if expected.servers.map(\.state?.settings) != after.servers.map(\.state?.settings) {
        throw Unexpected(action: action)
      }
    }
    throw Unexpected(action: done.last)
  }
}

struct Unexpected: Error { let action: CacheAction? }
