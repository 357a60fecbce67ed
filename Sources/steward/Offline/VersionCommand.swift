import ArgumentParser
import StatusAPI

/// `steward version`: of the command, and of the daemon where one answers.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the version of the command and of the daemon.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    if client.json {
      try client.show(.version) { _ in }
      return
    }
    let daemon = try? client.ask(.version)
    print(Version.text)
    print(
      daemon.map { "stewardd \($0.version), API v\($0.api)" } ?? "no daemon answers at \(client.socketPath)")
  }
}
