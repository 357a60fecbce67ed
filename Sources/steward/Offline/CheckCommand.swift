import ArgumentParser

/// `steward check`: every mistake of the files, and what they promise and cannot hold, as editors and CI understand it,
/// without a daemon.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the files: every mistake, and what cannot hold in the next five years.",
    discussion: """
      Each line is file:line:column: error, warning or note. An error is a mistake that refuses the file, or a promise \
      that never holds; a warning is one that will not hold at times. Exits with 2 where there is an error. Needs no \
      running daemon; it is `stewardd check`.
      """)

  @Option(help: ArgumentHelp("The configuration folder.", valueName: "folder"), completion: .directory)
  var config = "/etc/steward"

  @Flag(help: "Print what was found as JSON.")
  var json = false

  func run() throws {
    try DaemonProgram.become(["check", "--config", config] + (json ? ["--json"] : []))
  }
}
