import ArgumentParser
import EventLog
import StatusAPI

/// `steward events verify`: whether anything in the log was changed behind the daemon's back.
struct EventsVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the log's hash chain. Exits with 2 where it is broken.")

  @Option(help: "A log file to read directly, without the daemon.")
  var log: String?

  @OptionGroup var client: ClientOptions

  func run() async throws {
    guard let log else {
      let body = try client.show(.verify) { print($0.message) }
      if !body.isIntact { throw somethingDiffers }
      return
    }
    let verification = try await LogReader(at: log).verify()
    print(verification)
    if !verification.isOK { throw somethingDiffers }
  }
}
