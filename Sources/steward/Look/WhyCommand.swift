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
    help: ArgumentHelp(
      "A resource or an environment (staging/instances/web, staging), or `not`, a verb and a resource.",
      valueName: "subject"), completion: .scope)
  var words: [String]

  @OptionGroup var client: ClientOptions

  func validate() throws {
    guard words.count == (words.first == "not" ? 3 : 1) else {
      throw ValidationError(
        words.first == "not"
          ? "`why not` takes a verb and a resource: steward why not rotate staging/secrets/API_KEY"
          : "`why` takes one resource or environment, or `not`, a verb and a resource")
    }
  }

  func run() throws {
    let subject = words[words.count - 1]
    if words.count == 3 {
      try client.show(.whyNot(words[1], subject)) { body in show(body.page(in: zone(body.timezone))) }
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
