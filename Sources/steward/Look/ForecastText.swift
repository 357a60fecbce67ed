import Calendar
import StatusAPI

/// The text of `steward forecast`.
struct ForecastText {
  private let body: ForecastBody
  private let days: Int
  private let terminal: Terminal
  private let when: When

  init(_ body: ForecastBody, days: Int, on terminal: Terminal) {
    self.body = body
    self.days = days
    self.terminal = terminal
    when = .local(body.from)
  }

  var text: String {
    [lines, limits, costs, months].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var lines: String {
    guard !body.lines.isEmpty else {
      return "nothing will happen by itself in \(days == 1 ? "1 day" : "\(days) days")"
    }
    var table = Table(["when", "resource", "what", "why"])
    for line in body.lines {
      table.add([
        Table.Cell(when.moment(line.at)), Table.Cell(line.scope ?? "-"),
        Table.Cell(what(line), Paint(severity: line.severity)), Table.Cell(why(line), .quiet),
      ])
    }
    return table.text(on: terminal)
  }

  private func what(_ line: ForecastLine) -> String {
    var text = line.kind == "intended" ? line.message : "\(line.kind): \(line.message)"
    if let until = line.until { text += ", until \(when.moment(until))" }
    if line.count > 1 { text += " (\(line.count) such, the last \(when.moment(line.last)))" }
    return text
  }

  private func why(_ line: ForecastLine) -> String {
    [line.rule, line.place?.description].compactMap(\.self).joined(separator: "  ")
  }

  /// What is not shown, and why.
  private var limits: String {
    var lines: [String] = []
    if body.linesLeftOut > 0 {
      lines.append("\(body.linesLeftOut) more lines are left out; ask for one environment, or for fewer days")
    }
    if body.isCutOff {
      lines.append(
        "cut off at \(when.moment(body.to)): too much happens to work it all out; ask for fewer days")
    }
    return lines.joined(separator: "\n")
  }

  private var costs: String {
    guard !body.costs.isEmpty else { return "" }
    var table = Table(["environment", "cost until \(when.moment(body.to))", "of which"])
    for cost in body.costs {
      let items = cost.items.map { "\($0.name) \($0.amount.text) (\($0.price))" }
      table.add([
        Table.Cell(cost.environment, .strong), Table.Cell(cost.total.text),
        Table.Cell(items.joined(separator: ", ")),
      ])
    }
    return table.text(on: terminal)
  }

  /// Whole months against the budget.
  private var months: String {
    guard !body.costs.isEmpty else { return "" }
    var table = Table(["month", "environment", "cost", "budget", ""])
    for month in Set(body.costs.flatMap(\.months).map(\.month)).sorted() {
      for cost in body.costs {
        guard let found = cost.months.first(where: { $0.month == month }) else { continue }
        table.add([
          Table.Cell(month), Table.Cell(cost.environment), Table.Cell(found.amount.text),
          Table.Cell(cost.monthly.text), note(found),
        ])
      }
    }
    return table.text(on: terminal)
  }

  private func note(_ month: CostBody.Month) -> Table.Cell {
    let source = month.isProjected ? "to its end by the written hours" : ""
    guard month.isOver else { return Table.Cell(source, .quiet) }
    return Table.Cell(["over the budget", source].filter { !$0.isEmpty }.joined(separator: ", "), .caution)
  }
}
