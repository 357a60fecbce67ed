import ArgumentParser
import Calendar
import StatusAPI

/// The text of `steward status`.
struct StatusText {
  private let body: StatusBody
  private let environments: [EnvironmentBody]
  private let isDetailed: Bool
  private let terminal: Terminal
  private let when: When

  init(_ body: StatusBody, only name: String?, on terminal: Terminal) throws {
    self.body = body
    self.terminal = terminal
    when = .local(body.at)
    isDetailed = name != nil
    environments = body.environments.filter { name == nil || $0.name == name }
    if let name, environments.isEmpty {
      let known = body.environments.map(\.name).joined(separator: ", ")
      throw ValidationError("there is no environment \(name); there are: \(known)")
    }
  }

  var text: String {
    var parts = [table]
    if isDetailed { parts.append(resources) }
    parts.append(notes)
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var table: String {
    // A section that no environment has would be a column of dashes.
    let controllers = body.controllers.filter { name in environments.contains { $0.cells[name] != nil } }
    var table = Table(["environment", "state"] + controllers + ["next"])
    for environment in environments {
      var cells = [
        Table.Cell(environment.name, .strong), Table.Cell(environment.state, Paint(state: environment.state)),
      ]
      for controller in controllers {
        let cell = environment.cells[controller]
        cells.append(Table.Cell(cell?.text ?? "-", cell.flatMap { Paint(state: $0.state) }))
      }
      cells.append(Table.Cell(environment.next.map(next) ?? "-"))
      table.add(cells)
    }
    return table.text(on: terminal)
  }

  /// `rotate API_KEY Thu 03:00`: the verb and the name; `steward forecast` has the whole line.
  private func next(_ next: NextBody) -> String {
    let name = next.resource?.split(separator: "/").last.map(String.init) ?? ""
    return "\(next.verb.map { "\($0) \(name)" } ?? (name.isEmpty ? next.what : name)) \(when.short(next.at))"
  }

  private var resources: String {
    var table = Table(["resource", "state", "", "why"])
    for resource in environments.flatMap(\.resources) {
      table.add([
        Table.Cell("\(resource.controller)/\(resource.name)"),
        Table.Cell(resource.state, Paint(state: resource.state)), Table.Cell(resource.cell),
        Table.Cell(resource.headline),
      ])
    }
    return table.text(on: terminal)
  }

  /// What needs somebody: refused files, findings, waits for people, orders in force, what is not kept.
  private var notes: String {
    var lines: [String] = []
    if let stalled = body.daemon.logStalled { lines.append(terminal.paint("stalled  \(stalled)", .bad)) }
    lines += body.daemon.problems.map { terminal.paint("problem  \($0)", .bad) }
    for environment in environments { lines += notes(on: environment) }
    return lines.map(terminal.fit).joined(separator: "\n")
  }

  private func notes(on environment: EnvironmentBody) -> [String] {
    var lines: [String] = []
    if let refusal = environment.refusal {
      let force = refusal.lastGoodIsInForce ? "the last good version stays in force" : "nothing is kept"
      lines.append(terminal.paint("refused  \(environment.file): \(force)", .bad))
      lines += refusal.mistakes.map { "         \($0.place.description): \($0.message)" }
    }
    if environment.isReleased {
      lines.append("released \(environment.name): \(environment.file) is gone; nothing was torn down")
    }
    for order in environment.orders {
      let end = order.until.map { " until \(when.short($0))" } ?? ""
      lines.append("\(order.kind.padded(to: 8)) \(order.scope)\(end), by \(order.owner): \(order.reason)")
    }
    for resource in environment.resources {
      for finding in resource.findings {
        lines.append(
          terminal.paint(finding.severity.padded(to: 8), Paint(severity: finding.severity))
            + " \(resource.id): \(finding.message)")
      }
      for action in resource.actions {
        guard let hold = action.hold else { continue }
        lines.append("waits    \(resource.id): \(action.description): \(hold.reason)")
      }
    }
    if !environment.notKept.isEmpty {
      let sections = environment.notKept.map(\.section).joined(separator: ", ")
      lines.append(terminal.paint("not kept yet in \(environment.name): \(sections)", .quiet))
    }
    return lines
  }
}

extension String {
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
