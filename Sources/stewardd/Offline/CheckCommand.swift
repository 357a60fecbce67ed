import ArgumentParser
import Controllers
import Desired
import Host

/// `stewardd check`: every mistake of the files, and what they promise and cannot hold, as editors and CI understand it.
/// `steward check` is this.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the files: every mistake, and what cannot hold in the next five years.",
    discussion: """
      Each line is file:line:column: error, warning or note. An error is a mistake that refuses the file, or a promise \
      that never holds; a warning is one that will not hold at times. Exits with 2 where there is an error. Needs no \
      running daemon.
      """)

  @Option(help: ArgumentHelp("The configuration folder.", valueName: "folder"), completion: .directory)
  var config = "/etc/steward"

  @Flag(help: "Print what was found as JSON.")
  var json = false

  func run() throws {
    let folder = try ConfigurationFolder(reading: config)
    let report = CheckReport(folder, from: SystemClock().now)
    if json {
      try printJSON(report)
    } else {
      for line in report.lines { print("\(config)/\(line)") }
      print(report.summary)
    }
    if report.hasErrors { throw somethingDiffers }
  }
}
