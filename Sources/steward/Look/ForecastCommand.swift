import ArgumentParser
import Calendar
import StatusAPI

/// `steward forecast`: what will happen by itself, why, and what it costs.
struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Show what will happen in the coming days if nobody does anything, and what it costs.")

  @Argument(help: "One environment.", completion: .environment)
  var environment: String?

  @Option(help: "How many days ahead.")
  var days = 7

  @OptionGroup var client: ClientOptions

  func validate() throws {
    guard (1...366).contains(days) else { throw ValidationError("--days is from 1 to 366") }
  }

  func run() throws {
    try client.show(.forecast(days: days, environment: environment)) { body in
      print(ForecastText(body, days: days, on: .output).text)
    }
  }
}
