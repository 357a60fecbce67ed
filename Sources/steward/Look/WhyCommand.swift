import ArgumentParser
import Calendar
import Explanation
import Host
import StatusAPI

/// `steward why`: the rule and its line, the inputs, what led here, what would change it and when; and
/// `steward why not`: the same of what is not happening.
struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Explain why something stands as it does, and what would change it.",
    subcommands: [So.self, WhyNotCommand.self], defaultSubcommand: So.self)

  struct So: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "so", abstract: "Explain a resource, or an environment as a whole.")

    @Argument(help: "A resource or an environment: staging/instances/web, staging.", completion: .scope)
    var subject: String

    @OptionGroup var client: ClientOptions

    func run() throws {
      if subject.contains("/") {
        try client.show(.why(subject)) { body in show(body.page(in: zone(body.timezone))) }
      } else {
        try client.show(.why(environment: subject)) { body in
          show(body.page(in: zone(body.environment.header?.timezone ?? "")))
        }
      }
    }
  }
}

/// `steward why not VERB RESOURCE`: the smallest set of unmet conditions, and the earliest moment they can hold.
struct WhyNotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "not",
    abstract: "Explain what an action that is not being done needs, and when it can begin.")

  @Argument(
    help: "The action: rotate, start, restart, purge, drill … A wrong one is answered with those there are.")
  var verb: String

  @Argument(help: "The resource: staging/secrets/API_KEY.", completion: .resource)
  var resource: String

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.show(.whyNot(verb, resource)) { body in show(body.page(in: zone(body.timezone))) }
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
