import Calendar
import Reconciliation
import Specification

/// An environment of shutters: name → hours. Developers may read and operate, qa may read secrets.
func adopted(
  _ name: String, _ shutters: [String: String], risk: Risk = .safe, readers: Set<String> = ["developers"]
) -> Input {
  let file = "environments/\(name).yaml"
  var header = EnvironmentHeader(name: name, zone: .utc)
  header.purpose = "a test"
  header.access = [
    .read: readers, .operate: ["developers"], .secrets: ["qa"], .approve: ["release-engineer"],
  ]
  header.guard = Guard(disruptive: .approvals(1, role: "release-engineer"), destructive: .window)
  func node(_ content: SpecNode.Content, line: Int) -> SpecNode {
    SpecNode(place: Place(file: file, line: line), content: content)
  }
  func entry(_ key: String, line: Int, _ value: SpecNode) -> SpecEntry {
    SpecEntry(key: SpecKey(key, place: Place(file: file, line: line)), value: value)
  }
  let mistakes = Mistakes()
  let entries = shutters.sorted { $0.key < $1.key }.enumerated().map { index, shutter in
    let line = 10 * (index + 1)
    let hours = node(.scalar(SpecScalar(shutter.value)), line: line + 1)
    let word = node(.scalar(SpecScalar(risk.rawValue)), line: line + 2)
    return entry(
      shutter.key, line: line,
      node(
        .mapping([entry("open", line: line + 1, hours), entry("risk", line: line + 2, word)]), line: line))
  }
  let resources = Town.kind.read(node(.mapping(entries), line: 9), of: header, mistakes: mistakes)
  precondition(!mistakes.hasErrors, "\(mistakes.all)")
  return .adopted(
    AdoptedEnvironment(
      header: header, resources: resources,
      notKept: [UnkeptSection(name: "budget", place: Place(file: file, line: 90))], file: file,
      digest: "\(shutters.sorted { $0.key < $1.key })\(risk)\(readers.sorted())"))
}

/// Monday, 2026-11-23, 12:00 UTC.
let monday = Instant(rfc3339: "2026-11-23T12:00:00Z")!
