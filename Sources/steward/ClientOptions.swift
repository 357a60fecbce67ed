import ArgumentParser
import Calendar
import Glibc
import Host
import StatusAPI
import StatusClient

/// What every command that asks the daemon takes.
struct ClientOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket; $STEWARD_SOCKET or /run/steward/steward.sock unless given.", valueName: "path"),
    completion: .file())
  var socket: String?

  @Flag(help: "Print the API's own answer.")
  var json = false

  var socketPath: String { ClientOptions.path(option: socket) }

  /// Where the socket is, if `--socket` says this.
  static func path(option: String?) -> String {
    let variable = getenv(SocketPath.variable).map { [SocketPath.variable: String(cString: $0)] }
    return SocketPath.resolve(option: option, environment: variable ?? [:])
  }

  var client: StatusClient { StatusClient(path: socketPath) }

  /// Asks, and returns what was answered.
  func ask<Body>(_ endpoint: Endpoint<Body>) throws -> Body { try client.ask(endpoint).body }

  /// Asks, and shows the answer: as it came with `--json`, else as `show` writes it. Returns it for the exit status.
  @discardableResult
  func show<Body>(_ endpoint: Endpoint<Body>, _ show: (Body) throws -> Void) throws -> Body {
    let answer = try client.ask(endpoint)
    if json { Output.write(answer.bytes) } else { try show(answer.body) }
    return answer.body
  }
}

/// Asks for something and says what came of it.
func submit(_ client: ClientOptions, _ verb: String, _ body: RequestBody) throws {
  try client.show(.request(verb, body)) { print($0.message) }
}

/// The exit status where the question was whether something differs, and it does.
let somethingDiffers = ExitCode(2)

/// Standard output, in whole.
enum Output {
  /// One line on standard error.
  static func complain(_ line: String) {
    let bytes = Array("steward: \(line)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }

  static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
    if bytes.last != UInt8(ascii: "\n") { _ = Glibc.write(STDOUT_FILENO, "\n", 1) }
  }
}

extension When {
  /// Moments in this machine's zone, seen from the daemon's now.
  static func local(_ now: Instant) -> When { When(zone: SystemZones.local, now: now) }
}
