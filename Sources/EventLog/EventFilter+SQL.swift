import Calendar
import GRDB
import Reconciliation

extension EventFilter {
  /// The statement that fetches the events, in the columns that ``EventRow`` reads.
  var sql: (text: String, arguments: StatementArguments) {
    var conditions: [String] = []
    var arguments = StatementArguments()
    func require(_ condition: String, _ values: [(any DatabaseValueConvertible)?]) {
      conditions.append(condition)
      arguments += StatementArguments(values)
    }
    if let environments {
      require(
        "(environment IS NULL OR environment IN (\(marks(environments.count))))", environments.sorted())
    }
    if let scope {
      require("environment = ?", [scope.environment])
      if let controller = scope.controller { require("controller = ?", [controller]) }
      if let name = scope.name { require("resource = ?", [name]) }
    }
    if !kinds.isEmpty {
      require("kind IN (\(marks(kinds.count)))", kinds.map(\.rawValue).sorted())
    }
    if let severity, severity > .info {
      let enough = Severity.allCases.filter { $0 >= severity }
      require("severity IN (\(marks(enough.count)))", enough.map(\.rawValue))
    }
    if let actor { require("actor = ?", [actor]) }
    if let since { require("instant >= ?", [since.microseconds]) }
    if let until { require("instant < ?", [until.microseconds]) }
    if let after { require("sequence > ?", [after]) }
    let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
    arguments += [min(max(limit, 0), Self.limitMax)]
    return (
      "\(EventRow.select) \(condition)ORDER BY sequence \(newestFirst ? "DESC" : "ASC") LIMIT ?", arguments
    )
  }

  private func marks(_ count: Int) -> String {
    Array(repeating: "?", count: count).joined(separator: ",")
  }
}
