import ArgumentParser
import Calendar
import Host
import StatusAPI

/// `steward open`: keep it open for a while, whatever its hours say.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Hold an environment open until a moment, whatever its hours say.")
  @OptionGroup var order: OrderOptions
  @OptionGroup var client: ClientOptions
  func run() throws { try submit(client, "open", try order.body()) }
}

/// `steward close`: keep it closed for a while, whatever its hours say.
struct CloseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Hold an environment closed until a moment, whatever its hours say.")
  @OptionGroup var order: OrderOptions
  @OptionGroup var client: ClientOptions
  func run() throws { try submit(client, "close", try order.body()) }
}

/// What an override always has.
struct OrderOptions: ParsableArguments {
  @Argument(help: "What: staging, staging/instances, staging/instances/web.", completion: .scope)
  var scope: String

  @Option(help: ArgumentHelp("When it ends by itself: 23:00, \"Mon 08:00\", 2h.", valueName: "moment"))
  var until: Moment

  @Option(help: ArgumentHelp("Why; whoever asks will be told.", valueName: "text"))
  var reason: String

  func body() throws -> RequestBody {
    RequestBody(scope: scope, until: try until.instant(from: SystemClock().now), reason: reason)
  }
}

/// `steward end`: follow the hours again.
struct EndCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "end", abstract: "End what open or close ordered: follow the hours again.")
  @Argument(help: "What was opened or closed.", completion: .ordered(["open", "close"])) var scope: String
  @OptionGroup var client: ClientOptions
  func run() throws { try submit(client, "end", RequestBody(scope: scope)) }
}

/// `steward suspend`: watch it, plan for it, and do nothing.
struct SuspendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend", abstract: "Leave something alone: watched and planned, never touched.")
  @Argument(help: "What: staging, staging/secrets, staging/secrets/API_KEY.", completion: .scope) var scope:
    String
  @Option(
    help: ArgumentHelp(
      "When it ends by itself; without it, only `steward resume` ends it.", valueName: "moment")) var until:
    Moment?
  @Option(help: ArgumentHelp("Why; whoever asks will be told.", valueName: "text")) var reason: String
  @OptionGroup var client: ClientOptions

  func run() throws {
    let end = try until?.instant(from: SystemClock().now)
    try submit(client, "suspend", RequestBody(scope: scope, until: end, reason: reason))
  }
}

/// `steward resume`: keep it again.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Keep again what was suspended.")
  @Argument(help: "What was suspended.", completion: .ordered(["suspend"])) var scope: String
  @OptionGroup var client: ClientOptions
  func run() throws { try submit(client, "resume", RequestBody(scope: scope)) }
}
