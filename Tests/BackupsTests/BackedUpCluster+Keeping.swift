import Calendar
import Fixtures
import Host
import Reconciliation
import Specification
import Testing

@testable import Backups

extension BackedUpCluster {
  var runner: SubprocessRunner { SubprocessRunner() }

  /// Runs `body` with a cluster that is stopped and removed afterwards, leftovers of drills included.
  static func with(
    creatingStanza: Bool = true, _ body: (BackedUpCluster) async throws -> Void
  ) async throws {
    let cluster = try await BackedUpCluster()
    let result: Result<Void, any Error>
    do {
      try await cluster.start(creatingStanza: creatingStanza)
      result = .success(try await body(cluster))
    } catch {
      result = .failure(error)
    }
    _ = await ScratchCluster(cluster.spec().pgbackrest!, of: resource(cluster.spec()).id, by: cluster.runner)?
      .remove()
    _ = try? await cluster.stop()
    try result.get()
  }

  func spec(
    every: String = "1d", rpo: String? = nil, rto: Duration? = .seconds(600), drill: String? = nil,
    queries: [String: [String]] = [:], scratch: String? = nil
  ) -> BackupsSpec {
    BackupsSpec(
      of: "database/main", folder: nil, match: "*", method: .pgbackrest, every: try! TimeSpan(every),
      rpo: try! rpo.map { try TimeSpan($0) }, rto: rto, shrinkAtMost: BackupsSpec.shrinkAtMostDefault,
      drill: try! drill.map { try CalendarExpression($0, zones: .utcOnly) }, restore: nil,
      pgbackrest: PgBackRestSpec(
        stanza: "main", config: "\(root)/pgbackrest.conf", prefix: prefix, fullEvery: try! TimeSpan("7d"),
        scratch: scratch ?? self.scratch, queries: queries))
  }

  var controller: BackupsController { BackupsController(state: state) }

  func observe(_ spec: BackupsSpec) async throws -> BackupsObserved {
    let observation = await controller.observe(resource(spec))
    return try #require(observation.value, "\(observation)")
  }

  func plan(
    _ spec: BackupsSpec, after passed: Duration = .zero, demands: [String: Demand] = [:]
  ) async -> Plan<BackupsAction> {
    BackupsController.plan(
      resource(spec), await controller.observe(resource(spec)),
      context(at: SystemClock().now + passed, demands: demands))
  }

  /// Does what is planned until nothing is; returns the verbs.
  func settle(_ spec: BackupsSpec) async throws -> [String] {
    var done: [String] = []
    while let action = await plan(spec).actions.first {
      _ = try await controller.apply(action, to: resource(spec))
      done.append(action.verb)
      guard done.count < 10 else { break }
    }
    return done
  }

  func drill(_ spec: BackupsSpec) async throws -> Outcome {
    let newest = try #require(try await observe(spec).newest.first)
    return try await controller.apply(BackupsAction(kind: .drill, dump: newest), to: resource(spec))
  }
}
