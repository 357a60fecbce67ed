import ArgumentParser
import Calendar
import Host
import StatusAPI

/// `steward plan`: what is to be done now, or would be at another moment.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract:
      "Show what is to be done, now or at another moment. Exits with 2 where something is or waits, or where a look failed."
  )

  @Argument(help: "One environment.", completion: .environment)
  var environment: String?

  @Option(
    help: ArgumentHelp(
      "The moment to plan for, on what is observed now: 23:00, \"Mon 08:00\", 2h, RFC 3339.",
      valueName: "moment"))
  var at: Moment?

  @OptionGroup var client: ClientOptions

  func run() throws {
    let moment = try at?.instant(from: SystemClock().now)
    let body = try client.show(.plan(environment: environment, at: moment)) { body in
      print(text(body, .local(body.at)))
    }
    if body.differs { throw somethingDiffers }
  }

  private func text(_ body: PlanBody, _ when: When) -> String {
    let terminal = Terminal.output
    var lines: [String] = []
    for resource in body.resources
    where !resource.actions.isEmpty || resource.underWay != nil || !resource.waits.isEmpty
      || resource.state == "unknown"
    {
      lines.append("\(terminal.paint(resource.id, .strong)): \(resource.headline)")
      if let underWay = resource.underWay { lines.append("  under way    \(underWay.description)") }
      for action in resource.actions {
        lines.append("  \(action.risk.padded(to: 13))\(action.description)")
        guard let hold = action.hold else { continue }
        lines.append(
          "               waits: \(hold.reason)\(hold.until.map { ", until \(when.short($0))" } ?? "")")
        lines.append("               ended by: \(hold.endedBy)")
      }
      for wait in resource.waits {
        lines.append("  waits for    \(wait.reason)\(wait.until.map { ", until \(when.short($0))" } ?? "")")
      }
    }
    let moment = body.isNow ? "" : " at \(when.moment(body.at))"
    return lines.isEmpty
      ? "nothing to do\(moment): \(body.resources.count) resources are as written"
      : lines.joined(separator: "\n")
  }
}
