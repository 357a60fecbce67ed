import Calendar
import Reconciliation
import Specification

@testable import Database

/// 2026-11-21 13:03 UTC.
let noon = Instant(rfc3339: "2026-11-21T13:03:00Z")!

/// Reads `main`, whose keys stand in one line each; gives what is wrong with it, too.
func read(
  _ keys: [(String, String)], settings: [(String, String)] = [], members: [(String, String)] = [],
  access: [(String, String)] = [], patroni: [String] = [],
  data: EnvironmentHeader.DataKind = .synthetic
) -> (Resource<DatabaseSpec>, [String]) {
  func node(_ entries: [(String, SpecNode)]) -> SpecNode {
    let place = Place(file: "staging.yaml", line: 1)
    return SpecNode(
      place: place,
      content: .mapping(entries.map { SpecEntry(key: SpecKey($0.0, place: place), value: $0.1) }))
  }
  func scalar(_ text: String, _ style: SpecScalar.Style = .plain) -> SpecNode {
    SpecNode(place: Place(file: "staging.yaml", line: 1), content: .scalar(SpecScalar(text, style: style)))
  }
  var entries = [("kind", scalar("postgresql"))] + keys.map { ($0.0, scalar($0.1)) }
  if !settings.isEmpty { entries.append(("settings", node(settings.map { ($0.0, scalar($0.1, .quoted)) }))) }
  if !members.isEmpty { entries.append(("members", node(members.map { ($0.0, scalar($0.1)) }))) }
  if !access.isEmpty { entries.append(("access", node(access.map { ($0.0, scalar($0.1)) }))) }
  if !patroni.isEmpty {
    let list = SpecNode(
      place: Place(file: "staging.yaml", line: 1), content: .list(patroni.map { scalar($0) }))
    entries.append(("patroni", list))
  }
  let mistakes = Mistakes()
  let resources = DatabaseController.read(
    node([("main", node(entries))]), of: header(data: data), mistakes: mistakes)
  return (resources[0], mistakes.all.map(\.message))
}

func header(data: EnvironmentHeader.DataKind = .synthetic) -> EnvironmentHeader {
  var header = EnvironmentHeader(name: "staging", zone: .utc)
  header.data = data
  return header
}

func plan(
  _ resource: Resource<DatabaseSpec>, _ seen: DatabaseObserved, data: EnvironmentHeader.DataKind = .synthetic,
  at now: Instant = noon
) -> Plan<DatabaseAction> {
  DatabaseController.plan(
    resource, .known(seen, at: now), PlanContext(now: now, environment: header(data: data)))
}
