import ArgumentParser
import Controllers
import Desired
import Host
import Reconciliation
import Specification

/// `stewardd check`: every mistake of the files, as editors and CI understand them. `steward check` is this.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the files: every mistake at once, as file:line:column. Exits with 2 where there is one.",
    discussion: "Needs no running daemon.")

  @Option(help: ArgumentHelp("The configuration folder.", valueName: "folder"), completion: .directory)
  var config = "/etc/steward"

  @Flag(help: "Print the mistakes as JSON.")
  var json = false

  /// `--json`.
  private struct Report: Encodable {
    var mistakes: [Mistake]
    var notKept: [UnkeptSection]
  }

  func run() throws {
    let folder = ConfigurationFolder(
      steward: .read("steward.yaml", in: config), environments: try SourceFile.environments(in: config),
      zones: SystemZones.database, controllers: Controllers.kinds)
    // An environment that is new to nobody is still one that an operator believes to be kept.
    let notKept = folder.environments.flatMap { $0.adopted?.notKept ?? [] }
    if json {
      try printJSON(Report(mistakes: folder.mistakes, notKept: notKept))
    } else {
      for mistake in folder.mistakes { print("\(config)/\(mistake)") }
      for section in notKept {
        print("\(config)/\(section.place): note: `\(section.name)` is read, and not kept yet")
      }
      print(summary(folder))
    }
    if folder.mistakes.contains(where: { $0.severity == .error }) { throw somethingDiffers }
  }

  private func summary(_ folder: ConfigurationFolder) -> String {
    let good = folder.environments.filter { $0.adopted != nil }
    let resources = good.reduce(0) { $0 + ($1.adopted?.resources.count ?? 0) }
    let refused = folder.environments.count - good.count
    return "\(good.count) environments with \(resources) resources can be kept"
      + (refused == 0 ? "" : ", \(refused) would be refused")
  }
}
