import StatusAPI
import StatusClient

/// A question that a shell asks between two key presses: answered at once, or not at all. Whoever presses Tab without a
/// daemon, or without the right to read, is offered nothing and told nothing.
struct KeyPress {
  /// The command line as typed so far.
  let words: [String]

  /// Longer than this and the line feels stuck.
  private static let patience = Duration.milliseconds(300)

  func ask<Body>(_ endpoint: Endpoint<Body>) -> Body? {
    let client = StatusClient(path: ClientOptions.path(option: socket), patience: KeyPress.patience)
    return (try? client.ask(endpoint))?.body
  }

  /// What `--socket` says on the line that is being typed.
  private var socket: String? {
    for (index, word) in words.enumerated() {
      if word == "--socket", index + 1 < words.count { return words[index + 1] }
      if word.hasPrefix("--socket=") { return String(word.dropFirst("--socket=".count)) }
    }
    return nil
  }
}
