import ArgumentParser

/// `steward check`: every mistake of the files, as editors and CI understand them, without a daemon.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the files: every mistake at once, as file:line:column. Exits with 2 where there is one.",
    discussion: "Needs no running daemon; it is `stewardd check`.")

  @Option(help: ArgumentHelp("The configuration folder.", valueName: "folder"), completion: .directory)
  var config = "/etc/steward"

  @Flag(help: "Print the mistakes as JSON.")
  var json = false

  func run() throws {
    try DaemonProgram.become(["check", "--config", config] + (json ? ["--json"] : []))
  }
}
