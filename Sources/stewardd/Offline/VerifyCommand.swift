import ArgumentParser
import EventLog
import StatusAPI
import StatusServer

/// `stewardd verify`: whether a log file is what was written. `steward events verify --log` is this.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the hash chain of a log file. Exits with 2 where it is broken.",
    discussion: "Needs no running daemon, and disturbs none.")

  @Argument(help: "The log file.", completion: .file(extensions: ["sqlite"]))
  var log: String

  @Flag(help: "Print what the API answers to GET /v1/events/verify.")
  var json = false

  func run() async throws {
    let verification = try await LogReader(at: log).verify()
    if json {
      try printJSON(VerifyBody(LogVerification(verification)))
    } else {
      print(verification)
    }
    if !verification.isOK { throw somethingDiffers }
  }
}
