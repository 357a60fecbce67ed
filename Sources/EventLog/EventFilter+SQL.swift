import Calendar
import GRDB
import Reconciliation

/// Conditions of an SQL statement, all of which must hold, and their arguments.
struct Conditions {
  private var texts: [String] = []
  private(set) var arguments = StatementArguments()

  mutating func require(_ text: String, _ values: [(any DatabaseValueConvertible)?] = []) {
    texts.append(text)
    arguments += StatementArguments(values)
  }

  /// That one of `texts` holds; no text requires nothing.
  mutating func requireAny(of texts: [(text: String, value: any DatabaseValueConvertible)]) {
    guard !texts.isEmpty else { return }
    require("(\(texts.map(\.text).joined(separator: " OR ")))", texts.map(\.value))
  }

  var text: String { texts.isEmpty ? "TRUE" : texts.joined(separator: " AND ") }
}

extension EventFilter {
  /// What an event must be.
  var ofEvents: Conditions {
    var conditions = Conditions()
    if let environments {
      conditions.require(
        "(environment IS NULL OR environment IN (\(marks(environments.count))))", environments.sorted())
    }
    if let scope {
      conditions.require("environment = ?", [scope.environment])
      if let controller = scope.controller { conditions.require("controller = ?", [controller]) }
      if let name = scope.name { conditions.require("resource = ?", [name]) }
    }
    if !kinds.isEmpty {
      conditions.require("kind IN (\(marks(kinds.count)))", kinds.map(\.rawValue).sorted())
    }
    if !severities.isEmpty {
      conditions.require("severity IN (\(marks(severities.count)))", severities.map(\.rawValue))
    }
    if let actor { conditions.require("actor = ?", [actor]) }
    if let since { conditions.require("instant >= ?", [since.microseconds]) }
    if let until { conditions.require("instant < ?", [until.microseconds]) }
    if let after { conditions.require("sequence > ?", [after]) }
    return conditions
  }

  /// What a block must be to hold such an event; see ``Schema``.
  var ofBlocks: Conditions {
    var conditions = Conditions()
    // What a caller may see is mostly all there is; where it is little, most blocks need no look.
    if let environments, environments.count <= 16 {
      conditions.requireAny(
        of: [("instr(scopes, ?)", ",/")] + environments.sorted().map { ("instr(scopes, ?)", ",\($0)/") })
    }
    if let scope {
      let parts = [scope.environment, scope.controller, scope.name].compactMap(\.self)
      conditions.require("instr(scopes, ?)", ["," + parts.map { "\($0)/" }.joined()])
    }
    conditions.requireAny(of: kinds.map(\.rawValue).sorted().map { ("instr(kinds, ?)", ",\($0),") })
    conditions.requireAny(of: severities.map { ("instr(severities, ?)", ",\($0.rawValue),") })
    if let actor { conditions.require("instr(actors, ?)", [",\(actor),"]) }
    if let since { conditions.require("latest >= ?", [since.microseconds]) }
    if let until { conditions.require("earliest < ?", [until.microseconds]) }
    if let after { conditions.require("first > ?", [after - Int64(Schema.blockLength)]) }
    return conditions
  }

  /// The severities that are enough; empty where all are.
  private var severities: [Severity] {
    guard let severity, severity > .info else { return [] }
    return Severity.allCases.filter { $0 >= severity }
  }

  private func marks(_ count: Int) -> String {
    Array(repeating: "?", count: count).joined(separator: ",")
  }
}
