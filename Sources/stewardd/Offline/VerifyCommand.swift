import ArgumentParser
import EventLog
import Host
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

  @Option(help: ArgumentHelp("A checkpoint that the log must still pass through.", valueName: "text|file"))
  var checkpoint: [String] = []

  @Flag(help: "Print what the API answers to GET /v1/events/verify.")
  var json = false

  func run() async throws {
    let checkpoints = try KeptCheckpoints.read(checkpoint) { try PlainFile.read($0, bytesMax: 16 << 20) }
    let heads = checkpoints.map { LogHead($0.sequence, hash: $0.hash) }
    let verification = try await LogReader(at: log).verify(against: heads)
    if json {
      try printJSON(VerifyBody(LogVerification(verification, against: heads.count)))
    } else {
      print(verification)
    }
    if !verification.isOK { throw somethingDiffers }
  }
}
