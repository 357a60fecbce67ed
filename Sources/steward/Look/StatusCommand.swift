import ArgumentParser
import StatusAPI

/// `steward status`: the table of environments, and below it whatever needs somebody.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show every environment at a glance.")

  @Argument(help: "One environment, with its resources.", completion: .environment)
  var environment: String?

  @Flag(
    name: .shortAndLong,
    help: """
      Show it again whenever something happens; q or Ctrl-C ends it. With --json, or where the output is no terminal, \
      print it again whenever it changed.
      """)
  var watch = false

  @OptionGroup var client: ClientOptions

  func run() throws {
    guard !watch else { return try Watch(options: client, environment: environment).run() }
    try client.show(.status) { print(try StatusText($0, only: environment, on: .output).text) }
  }
}
