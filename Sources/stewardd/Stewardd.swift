import ArgumentParser
import Daemon
import Glibc
import Host
import Logging
import StatusAPI

/// The daemon's main: it composes and decides nothing. Besides running, the program does what is worked out from files
/// and logs alone, for `steward`.
@main
struct Stewardd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stewardd",
    abstract: "Keep environments as they are written in files.",
    usage: """
      stewardd [--config <folder>] [--state <folder>] [--socket <path>] [--verbose]
      stewardd check [--config <folder>] [--json]
      stewardd verify <log> [--json]
      stewardd polkit [--config <folder>] [--user <name>] [--output <path>]
      """,
    discussion: """
      Runs in the foreground; `steward` asks it how things stand. SIGHUP reads the files anew. SIGTERM ends the daemon \
      and leaves instances running, for the next one to take over. SIGINT (Ctrl-C) ends the instances too.
      """,
    version: Stewardd.version,
    subcommands: [RunCommand.self, CheckCommand.self, VerifyCommand.self, PolkitCommand.self],
    defaultSubcommand: RunCommand.self)

  static let version = ProgramVersion.text
}

/// `stewardd`, with or without `run`: the daemon.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Keep the environments; what is done where no subcommand is named.")

  @Option(
    help: ArgumentHelp("The folder with steward.yaml and environments/.", valueName: "folder"),
    completion: .directory)
  var config = "/etc/steward"

  @Option(
    help: ArgumentHelp(
      "The folder for the event log, sealed secrets and everything else that must survive.",
      valueName: "folder"), completion: .directory)
  var state = "/var/lib/steward"

  @Option(
    help: ArgumentHelp(
      "The socket; `socket:` in steward.yaml or \(SocketPath.standard) unless given.", valueName: "path"),
    completion: .file())
  var socket: String?

  @Flag(name: .shortAndLong, help: "Say more.")
  var verbose = false

  func run() async throws {
    Machine.dumpNoCore()
    let isVerbose = verbose
    LoggingSystem.bootstrap { _ in JournalLogHandler(level: isVerbose ? .debug : .info) }
    let logger = Logger(label: "stewardd")
    do {
      let machine = try Machinery(
        config: absolute(config), state: absolute(state), socket: socket.map(absolute), logger: logger)
      try await machine.run()
    } catch let error as UnusableConfiguration {
      for mistake in error.mistakes { logger.critical("\(mistake)") }
      throw ExitCode(EX_CONFIG)
    } catch let error as LogLost {
      logger.critical("\(error)")
      throw ExitCode(EX_IOERR)
    } catch {
      logger.critical("\(error)")
      throw ExitCode(EX_UNAVAILABLE)
    }
  }

  private func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard let current = getcwd(&buffer, buffer.count) else { return path }
    return "\(String(cString: current))/\(path)"
  }
}
