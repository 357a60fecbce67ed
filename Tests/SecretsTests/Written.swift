import Calendar
import Reconciliation
import Specification

@testable import Secrets

/// What an operator wrote, without a file around it.
indirect enum Written: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  case text(String)
  case list([Written])
  case mapping([(String, Written)])

  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int) { self = .text("\(value)") }
  init(arrayLiteral elements: Written...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, Written)...) { self = .mapping(elements) }

  /// As a node; every key stands in a line of its own.
  func node(line: Int = 1) -> SpecNode {
    let place = Place(file: "staging.yaml", line: line)
    switch self {
    case .text(let text): return SpecNode(place: place, content: .scalar(SpecScalar(text)))
    case .list(let elements):
      return SpecNode(place: place, content: .list(elements.map { $0.node(line: line) }))
    case .mapping(let entries):
      let read = entries.enumerated().map { index, entry in
        SpecEntry(
          key: SpecKey(entry.0, place: Place(file: "staging.yaml", line: line + index)),
          value: entry.1.node(line: line + index))
      }
      return SpecNode(place: place, content: .mapping(read))
    }
  }
}

extension EnvironmentHeader {
  static func staging(data: DataKind = .synthetic, zone: Zone = .utc) -> EnvironmentHeader {
    var header = EnvironmentHeader(name: "staging", zone: zone)
    header.data = data
    return header
  }
}

/// Reads a section `secrets`, with what is wrong in it.
func read(_ section: Written, of header: EnvironmentHeader = .staging()) -> ([Resource<SecretSpec>], [String])
{
  let mistakes = Mistakes()
  let resources = SecretsController.read(section.node(), of: header, mistakes: mistakes)
  return (resources, mistakes.all.map(\.message))
}

/// Reads one secret that has no mistake.
func secret(
  _ written: Written, named name: String = "API_KEY", of header: EnvironmentHeader = .staging()
) -> Resource<SecretSpec> {
  let (resources, mistakes) = read(.mapping([(name, written)]), of: header)
  precondition(mistakes.isEmpty, "\(mistakes)")
  return resources[0]
}

/// 2026-11-21 13:03 UTC.
let noon = Instant(rfc3339: "2026-11-21T13:03:00Z")!

func days(_ count: Int) -> Duration { .seconds(Int64(count) * 86_400) }
