import ArgumentParser

/// The command that people type. One file for each subcommand: `Look` asks how things stand, `Ask` asks for something,
/// `Offline` needs no daemon.
@main
struct Steward: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steward",
    abstract: "Ask the daemon that keeps your environments.",
    discussion: """
      Every command takes --json for the API's own answer and exits with 0 for fine, 1 for an error, and 2 where \
      "does something differ?" is the question and the answer is yes (plan, check, events verify).

      The socket is --socket, else $STEWARD_SOCKET, else /run/steward/steward.sock.
      """,
    version: Version.text,
    groupedSubcommands: [
      CommandGroup(
        name: "How things stand",
        subcommands: [
          StatusCommand.self, PlanCommand.self, ForecastCommand.self, WhyCommand.self, EventsCommand.self,
          ReportCommand.self,
        ]),
      CommandGroup(
        name: "Asking for something",
        subcommands: [
          OpenCommand.self, CloseCommand.self, EndCommand.self, SuspendCommand.self, ResumeCommand.self,
          RotateCommand.self, RestartCommand.self, BackupCommand.self, SecretCommand.self,
          ApproveCommand.self,
          ReconcileCommand.self,
        ]),
      CommandGroup(
        name: "Without the daemon",
        subcommands: [CheckCommand.self, CalendarCommand.self, VersionCommand.self]),
    ])
}
