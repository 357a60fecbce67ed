import ArgumentParser
import Calendar
import Host
import StatusAPI

/// `steward why RESOURCE`: the rule and its line, the inputs, what led here, what would change it and when.
struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Explain why a resource stands as it does, and what would change it.")

  @Argument(help: "A resource: staging/instances/web.", completion: .resource)
  var resource: String

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.show(.why(resource)) { body in
      // In the zone in which the environment's hours and dates are meant.
      let zone = (try? SystemZones.database.zone(body.timezone)) ?? SystemZones.local
      print(text(body, When(zone: zone, now: body.at)))
    }
  }

  private func text(_ body: WhyBody, _ when: When) -> String {
    let terminal = Terminal.output
    let resource = body.resource
    var lines = ["\(terminal.paint(resource.id, .strong)): \(resource.headline)"]
    func line(_ label: String, _ text: String, _ place: PlaceBody? = nil, _ paint: Paint? = nil) {
      let origin = place.map { "  " + terminal.paint("\($0.file):\($0.line)", .quiet) } ?? ""
      lines.append("  \(terminal.paint(label.padded(to: 9), .quiet)) \(terminal.paint(text, paint))\(origin)")
    }
    for reason in body.reasons { line(reason.label, reason.text, reason.place) }
    line("now", "\(when.moment(body.at)) \(when.zone)")
    if let observation = body.observation {
      let what =
        observation.isKnown
        ? "looked \(when.distance(observation.at))" : "unknown: \(observation.reason ?? "")"
      line("observed", what, nil, observation.isKnown ? nil : .bad)
    }
    for order in body.orders {
      line(
        order.kind,
        "by \(order.owner)\(order.until.map { " until \(when.moment($0))" } ?? ""): \(order.reason)")
    }
    if let underWay = resource.underWay {
      line("under way", "\(underWay.description), \(when.distance(underWay.since))")
    }
    for action in resource.actions {
      line("to do", "\(action.description) (\(action.risk))")
      guard let hold = action.hold else { continue }
      line(
        "waits",
        "\(hold.reason)\(hold.until.map { ", until \(when.moment($0)), \(when.distance($0))" } ?? "")")
      line("ended by", hold.endedBy)
    }
    for wait in resource.waits {
      line(
        "waits",
        "\(wait.reason)\(wait.until.map { ", until \(when.moment($0)), \(when.distance($0))" } ?? "")")
      line("ended by", wait.endedBy)
    }
    for finding in resource.findings {
      line(finding.severity, finding.message, finding.place, Paint(severity: finding.severity))
      line("mend", finding.mend)
    }
    for attempt in body.attempts where attempt.count > 1 || attempt.failure != nil {
      line(
        "attempts",
        "\(attempt.count)\(attempt.failure.map { ", the last failed: \($0)" } ?? ""), next not before "
          + when.short(attempt.nextAt))
    }
    if let wake = resource.wakeAt { line("next look", "\(when.moment(wake)), \(when.distance(wake))") }
    for event in body.events.suffix(5) {
      line("#\(event.sequence)", "\(when.short(event.at)) \(event.name): \(event.message)")
    }
    return lines.joined(separator: "\n")
  }
}
