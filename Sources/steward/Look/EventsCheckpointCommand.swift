import ArgumentParser
import StatusAPI

/// `steward events checkpoint`: the end of the log in one line, to be kept where nobody who can change the log can
/// change it.
struct EventsCheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "Print where the log ends, to be kept elsewhere.",
    discussion: """
      The line holds the last event's number, the hash that covers it and everything before it, and its moment. Kept on \
      another machine, in a ticket or in a git tag, it proves later that the log up to there is still what it was: \
      `steward events verify --checkpoint`.
      """)

  @OptionGroup var client: ClientOptions

  func run() throws { try client.show(.checkpoint) { print($0.line) } }
}
