import ArgumentParser
import StatusAPI

/// `steward events verify`: whether anything in the log was changed behind the daemon's back.
struct EventsVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the log's hash chain. Exits with 2 where it is broken.")

  @Option(
    help: ArgumentHelp("A log file to read directly, without the daemon.", valueName: "file"),
    completion: .file(extensions: ["sqlite"]))
  var log: String?

  @OptionGroup var client: ClientOptions

  func run() throws {
    if let log { try DaemonProgram.become(["verify", log] + (client.json ? ["--json"] : [])) }
    let body = try client.show(.verify) { print($0.message) }
    if !body.isIntact { throw somethingDiffers }
  }
}
