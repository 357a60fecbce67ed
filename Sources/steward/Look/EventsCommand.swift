import ArgumentParser
import Calendar
import Host
import StatusAPI
import StatusClient

/// `steward events`: what happened, who did it and why.
struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Show what happened.",
    subcommands: [List.self, EventsVerifyCommand.self, EventsCheckpointCommand.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Show the newest events, or those that match.")

    @Argument(
      help: "What they are about: staging, staging/secrets, staging/secrets/API_KEY.", completion: .scope)
    var scope: String?

    @Option(help: "Only this kind, such as done, failed, finding; may be repeated.")
    var kind: [String] = []

    @Option(
      help: "At least this severe: info, notice, warning, critical.",
      completion: .list(["info", "notice", "warning", "critical"]))
    var severity: String?

    @Option(help: ArgumentHelp("Only those of this user, or of `steward` itself.", valueName: "user"))
    var actor: String?

    @Option(
      help: ArgumentHelp("Only since then: 08:00 today, 2h ago, 2026-11-20, RFC 3339.", valueName: "moment"))
    var since: PastMoment?

    @Option(help: ArgumentHelp("Only after the event with this number.", valueName: "number"))
    var after: Int64?

    @Option(help: "At most so many, the newest.")
    var limit = 50

    @Flag(name: .shortAndLong, help: "Go on showing events as they happen.")
    var follow = false

    @OptionGroup var client: ClientOptions

    func run() throws {
      var query = EventsQuery()
      query.scope = scope
      query.kinds = kind
      query.severity = severity
      query.actor = actor
      query.since = try since?.instant(from: SystemClock().now)
      query.after = after
      query.limit = limit
      let shown = try client.show(.events(query)) { body in
        let when = When.local(SystemClock().now)
        for event in body.events { print(line(event, when)) }
      }
      guard follow else { return }
      query.after = shown.lastSequence
      query.limit = nil
      try goOn(query)
    }

    private func goOn(_ query: EventsQuery) throws {
      try client.client.follow(.follow(query)) { received in
        if client.json {
          Output.write(received.bytes)
          return true
        }
        switch received.body {
        case .event(let event): Output.write(Array(line(event, .local(SystemClock().now)).utf8))
        case .ended(let why): Output.write(Array("the stream ended: \(why)".utf8))
        case .heartbeat: break
        }
        return true
      }
    }

    private func line(_ event: EventBody, _ when: When) -> String {
      let terminal = Terminal.output
      let actor = event.actor == "steward" ? "" : " by \(event.actor)"
      let scope = event.scope.map { "\($0) " } ?? ""
      return "\(terminal.paint("#\(event.sequence)", .quiet)) \(when.moment(event.at)) "
        + "\(terminal.paint(event.name, Paint(severity: event.severity))) \(scope)\(event.message)\(actor)"
    }
  }
}

/// A moment in the past as people type it: `08:00` (the last one), `2h` ago, a date, RFC 3339.
struct PastMoment: ExpressibleByArgument {
  let text: String

  init?(argument: String) { text = argument }

  func instant(from now: Instant) throws -> Instant {
    if let instant = Instant(rfc3339: text) { return instant }
    let zone = SystemZones.local
    let span = text.hasSuffix(" ago") ? String(text.dropLast(4)) : text
    if let span = try? TimeSpan(span), !text.allSatisfy(\.isNumber) {
      return span.subtracted(from: now, in: zone)
    }
    guard let expression = try? CalendarExpression(text, zones: SystemZones.database) else {
      throw ValidationError("'\(text)' is no moment in the past. Write 08:00, 2h, 2026-11-20 or RFC 3339.")
    }
    // A date lies behind us, a time of day was yesterday at the latest.
    let dayAgo = now - .seconds(86_400)
    if let last = expression.next(after: dayAgo, in: zone), last <= now { return last }
    guard let fixed = expression.next(after: .distantPast, in: zone), fixed <= now else {
      throw ValidationError("'\(text)' is not in the past")
    }
    return fixed
  }
}
