import ArgumentParser
import Host
import StatusAPI

/// `steward events verify`: whether anything in the log was changed behind the daemon's back.
struct EventsVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the log's hash chain. Exits with 2 where it is broken.",
    discussion: """
      The chain alone finds every edit by whoever cannot rebuild it. An older copy that was put in the log's place, or a \
      chain that was rebuilt after an edit, is found with a checkpoint: a line that `steward events checkpoint` printed \
      earlier and that was kept elsewhere.
      """)

  @Option(
    help: ArgumentHelp("A log file to read directly, without the daemon.", valueName: "file"),
    completion: .file(extensions: ["sqlite"]))
  var log: String?

  @Option(
    help: ArgumentHelp(
      "What `steward events checkpoint` printed earlier, or a file of such lines; may be repeated.",
      valueName: "text|file"),
    completion: .file())
  var checkpoint: [String] = []

  @OptionGroup var client: ClientOptions

  func run() throws {
    if let log {
      let kept = checkpoint.flatMap { ["--checkpoint", $0] }
      try DaemonProgram.become(["verify", log] + kept + (client.json ? ["--json"] : []))
    }
    var rest = try KeptCheckpoints.read(checkpoint) { try PlainFile.read($0, bytesMax: 16 << 20) }[...]
    // As many at once as a request holds; what is shown is the answer to the last ones, or the first that differs.
    while rest.count > Endpoint<VerifyBody>.checkpointsMax {
      let batch = Array(rest.prefix(Endpoint<VerifyBody>.checkpointsMax))
      guard try client.ask(.verify(against: batch)).isIntact else { return try show(batch) }
      rest = rest.dropFirst(batch.count)
    }
    try show(Array(rest))
  }

  private func show(_ checkpoints: [CheckpointBody]) throws {
    let body = try client.show(.verify(against: checkpoints)) { print($0.message) }
    if !body.isIntact { throw somethingDiffers }
  }
}
