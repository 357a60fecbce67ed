import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Specification

@testable import Backups

/// A folder of dumps and a state folder of its own, gone when the test is.
final class DumpFolder: Sendable {
  private let scratch = ScratchFolder()
  var root: String { scratch.path }
  var path: String { root + "/dumps" }
  var state: String { root + "/state" }

  init() throws {
    mkdir(path, 0o755)
    mkdir(state, 0o700)
  }

  /// Runs a command line in the folder of dumps.
  @discardableResult
  func shell(_ line: String) -> Bool { system("cd '\(path)' 2>/dev/null && { \(line) ; }") == 0 }

  /// Makes `name` so many hours old.
  func age(_ name: String, hours: Double) { shell("touch -d '-\(Int(hours * 3600)) seconds' '\(name)'") }

  func spec(
    match: String = "*", every: String = "1d", rpo: String? = nil, rto: Duration? = nil, drill: String? = nil,
    restore: [String]? = nil
  ) throws -> BackupsSpec {
    BackupsSpec(
      of: nil, folder: path, match: match, method: .files, every: try TimeSpan(every),
      rpo: try rpo.map { try TimeSpan($0) }, rto: rto, shrinkAtMost: BackupsSpec.shrinkAtMostDefault,
      drill: try drill.map { try CalendarExpression($0, zones: .utcOnly) }, restore: restore)
  }

  var controller: BackupsController { BackupsController(state: state) }

  func plan(_ spec: BackupsSpec, _ given: PlanContext? = nil) async -> Plan<BackupsAction> {
    BackupsController.plan(
      resource(spec), await controller.observe(resource(spec)), given ?? context())
  }

  /// Tests what is to be tested and returns what is then found, with the outcomes.
  func verified(_ spec: BackupsSpec) async throws -> (Plan<BackupsAction>, [Outcome]) {
    var outcomes: [Outcome] = []
    for _ in 0..<20 {
      let plan = await plan(spec)
      guard let action = plan.actions.first(where: { $0.kind == .verify }) else { return (plan, outcomes) }
      outcomes.append(try await controller.apply(action, to: resource(spec)))
    }
    return (await plan(spec), outcomes)
  }
}

let place = Place(file: "environments/dev.yaml", line: 7)

func resource(_ spec: BackupsSpec) -> Resource<BackupsSpec> {
  let id = ResourceID(environment: "dev", controller: "backups", name: "main")
  return Resource(id, spec: spec, node: SpecNode(place: place, content: .null))
}

func context(at now: Instant? = nil, demands: [String: Demand] = [:]) -> PlanContext {
  PlanContext(
    now: now ?? SystemClock().now, environment: EnvironmentHeader(name: "dev", zone: .utc), demands: demands)
}

/// A tree from Swift literals: text, lists, dictionaries.
func node(_ value: Any) -> SpecNode {
  switch value {
  case let text as String: SpecNode(place: place, content: .scalar(SpecScalar(text)))
  case let list as [String]: SpecNode(place: place, content: .list(list.map { node($0) }))
  case let entries as [String: Any]:
    SpecNode(
      place: place,
      content: .mapping(
        entries.sorted { $0.key < $1.key }.map {
          SpecEntry(key: SpecKey($0.key, place: place), value: node($0.value))
        }))
  default: SpecNode(place: place, content: .null)
  }
}
