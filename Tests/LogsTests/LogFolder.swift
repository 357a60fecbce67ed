import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Specification

@testable import Logs

/// A folder of logs of its own, gone when the test is.
final class LogFolder: Sendable {
  private let scratch = ScratchFolder()
  var root: String { scratch.path }
  var path: String { root + "/logs" }
  var cold: String { root + "/cold" }

  init() throws {
    for name in ["logs", "cold", "outside"] { mkdir("\(root)/\(name)", 0o755) }
  }

  /// Writes a file so many days old.
  func write(_ name: String, _ text: String = "line\n", daysOld days: Double = 0, in folder: String? = nil) {
    let file = "\(folder ?? path)/\(name)"
    let stream = fopen(file, "we")
    fputs(text, stream)
    fclose(stream)
    age(file, days)
  }

  func age(_ file: String, _ days: Double) {
    let seconds = time(nil) - Int(days * 86_400)
    var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
    utimensat(AT_FDCWD, file, &times, AT_SYMLINK_NOFOLLOW)
  }

  func exists(_ name: String) -> Bool {
    var status = stat()
    return lstat("\(path)/\(name)", &status) == 0
  }

  func names(in folder: String) -> [String] {
    let listing = try? Folder(folder).entries().entries.map { "\($0.name)" }
    return (listing ?? []).sorted()
  }

  func spec(
    match: String = "*", keep: String? = nil, atMost: Int64? = nil, archiveAfter: String? = nil
  ) throws -> LogsSpec {
    LogsSpec(
      path: path, match: match, keep: try keep.map { try TimeSpan($0) },
      atMost: atMost.map { ByteCount(bytes: $0) },
      archive: try archiveAfter.map { LogsSpec.Archive(to: cold, after: try TimeSpan($0)) })
  }

  /// Looks, plans and acts until nothing is left to do, and returns what was done.
  func keep(_ spec: LogsSpec, roundsMax: Int = 10) async throws -> [Outcome] {
    let controller = LogsController()
    var outcomes: [Outcome] = []
    for _ in 0..<roundsMax {
      let plan = LogsController.plan(resource(spec), await controller.observe(resource(spec)), context())
      guard let action = plan.actions.first else { return outcomes }
      outcomes.append(try await controller.apply(action, to: resource(spec)))
    }
    return outcomes
  }
}

let place = Place(file: "environments/dev.yaml", line: 7)

func resource(_ spec: LogsSpec) -> Resource<LogsSpec> {
  let id = ResourceID(environment: "dev", controller: "logs", name: "web")
  return Resource(id, spec: spec, node: SpecNode(place: place, content: .null))
}

func context(at now: Instant? = nil) -> PlanContext {
  PlanContext(now: now ?? SystemClock().now, environment: EnvironmentHeader(name: "dev", zone: .utc))
}

/// A tree from Swift literals: text, dictionaries.
func node(_ value: Any) -> SpecNode {
  switch value {
  case let text as String: SpecNode(place: place, content: .scalar(SpecScalar(text)))
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
