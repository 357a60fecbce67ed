import ArgumentParser
import Glibc
import StatusAPI

/// `steward status`: the table of environments, and below it whatever needs somebody.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show every environment at a glance.")

  @Argument(help: "One environment, with its resources.", completion: .environment)
  var environment: String?

  @Flag(name: .shortAndLong, help: "Show it again each second.")
  var watch = false

  @OptionGroup var client: ClientOptions

  func run() throws {
    guard watch else { return try show() }
    // The whole screen is written at once over the old one, and what is left of that is cleared: no flicker.
    Output.write(Array("\u{1B}[2J\n".utf8))
    while true {
      let lines = try text().split(separator: "\n", omittingEmptySubsequences: false)
      let screen = "\u{1B}[H" + lines.map { "\($0)\u{1B}[K" }.joined(separator: "\n") + "\u{1B}[J\n"
      Output.write(Array(screen.utf8))
      _ = sleep(1)
    }
  }

  private func show() throws {
    try client.show(.status) { print(try StatusText($0, only: environment, on: .output).text) }
  }

  private func text() throws -> String {
    try StatusText(try client.ask(.status), only: environment, on: .output).text
  }
}
