import ArgumentParser
import Controllers
import CrashPoints
import Desired
import Host
import Reconciliation
import Systemd

/// `stewardd polkit`: the rule that lets the daemon's user manage the units that the files name.
struct PolkitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "polkit",
    abstract: "Write the polkit rule for the units that the files name.",
    discussion: """
      To be run by root, which steward-polkit.service does whenever the files change: the daemon itself cannot widen what \
      it may do. A file with mistakes changes nothing: the rule stays as it is.
      """)

  @Option(help: ArgumentHelp("The configuration folder.", valueName: "folder"), completion: .directory)
  var config = "/etc/steward"

  @Option(help: ArgumentHelp("The user that the daemon runs as.", valueName: "name"))
  var user = "steward"

  @Option(
    help: ArgumentHelp("The file to write; standard output unless given.", valueName: "path"),
    completion: .file())
  var output: String?

  func run() throws {
    let folder = try ConfigurationFolder(reading: config)
    let adopted = folder.environments.compactMap(\.adopted)
    guard adopted.count == folder.environments.count else {
      throw Refused(mistakes: folder.mistakes.map { "\(config)/\($0)" })
    }
    let text = PolkitRule(user: user, units: Controllers.units(of: adopted.flatMap(\.resources))).text
    guard let output else { return print(text, terminator: "") }
    // polkit reads its rules anew whenever a file there changes.
    if try PlainFile.read(output, bytesMax: 1 << 20) != Array(text.utf8) { try replace(output, by: text) }
  }

  /// Whole or not at all. It holds no secret, and polkit reads it as a user of its own: from the first moment that it
  /// has its name.
  private func replace(_ path: String, by text: String) throws {
    guard let slash = path.lastIndex(of: "/"), path.hasPrefix("/"),
      let name = FileName(String(path[path.index(after: slash)...])),
      let temporary = FileName(".\(name).unfinished")
    else { throw ValidationError("\(path) is no absolute path of a file") }
    let folder = try Folder(slash == path.startIndex ? "/" : String(path[..<slash]))
    try effect("polkit.write") {
      if let left = try folder.entry(temporary) { _ = try folder.unlink(left) }
      let file = try folder.create(temporary, permissions: 0o644)
      try Array(text.utf8).withUnsafeBytes { try file.write($0) }
      try file.sync()
      try folder.rename(temporary, to: name, replaces: true)
      try folder.sync()
    }
  }
}

/// Not all of the files can be read, and so nobody can say which units all of them name.
private struct Refused: Error, CustomStringConvertible {
  let mistakes: [String]
  var description: String { "nothing is written:\n" + mistakes.joined(separator: "\n") }
}
