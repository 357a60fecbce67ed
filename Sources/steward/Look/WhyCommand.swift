import ArgumentParser
import Calendar
import Explanation
import Host
import StatusAPI

/// `steward why`: the rule and its line, the inputs, what led here, what would change it and when; and
/// `steward why not`: the smallest set of unmet conditions of what is not happening, and the earliest moment they can
/// hold.
struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Explain why something stands as it does, and what would change it.",
    usage: """
      steward why <resource or environment> [--json]
      steward why not <verb> <resource> [--json]
      """,
    discussion: """
      `why not` tells what an action that is not being done needs, and when it can begin: steward why not rotate \
      staging/secrets/API_KEY. A wrong verb is answered with those there are.
      """)

  @Argument(
    help: "A resource or an environment: staging/instances/web, staging; or `not`.", completion: .subject)
  var subject: String

  @Argument(help: "After `not`: what is not being done: rotate, start, restart, purge, drill …")
  var verb: String?

  @Argument(help: "After `not`: the resource: staging/secrets/API_KEY.", completion: .resource)
  var resource: String?

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if subject == "not", resource == nil {
      throw ValidationError(
        "`why not` takes a verb and a resource: steward why not rotate staging/secrets/API_KEY")
    }
    if subject != "not", verb != nil {
      throw ValidationError("`why` takes one resource or environment, or `not`, a verb and a resource")
    }
  }

  func run() throws {
    if let verb, let resource {
      try client.show(.whyNot(verb, resource)) { body in show(body.page(in: zone(body.timezone))) }
    } else if subject.contains("/") {
      try client.show(.why(subject)) { body in show(body.page(in: zone(body.timezone))) }
    } else {
      try client.show(.why(environment: subject)) { body in
        show(body.page(in: zone(body.environment.header?.timezone ?? "")))
      }
    }
  }
}

/// The zone in which an environment's hours and dates are meant; this machine's where there is none.
private func zone(_ name: String) -> Zone { (try? SystemZones.database.zone(name)) ?? SystemZones.local }

private func show(_ page: Page) {
  let terminal = Terminal.output
  print(page.text(width: terminal.width) { text, tone in terminal.paint(text, tone.map(Paint.init)) })
}

extension Paint {
  fileprivate init(_ tone: Tone) {
    switch tone {
    case .good: self = .good
    case .caution: self = .caution
    case .bad: self = .bad
    case .quiet: self = .quiet
    case .strong: self = .strong
    }
  }
}
