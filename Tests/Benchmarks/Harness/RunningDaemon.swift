import FoundationEssentials
import Glibc
import Host
import StatusAPI
import StatusClient

/// A `stewardd` of a benchmark's own, the one that was built beside this program, told from outside what everybody
/// else would tell it: by files, signals and its socket. Ended with everything it started.
final class RunningDaemon: Sendable {
  let scratch: Scratch
  let pid: pid_t
  /// From its start until it said that it is ready.
  let startSeconds: Double
  private let ready: ReportSocket

  static var program: String {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "stewardd").path()
  }

  /// Where it is asked.
  var socket: String { scratch.path("steward.sock") }

  /// Starts a daemon on the environments that lie in `config/environments` of `scratch`, with `settings` in its
  /// `steward.yaml`, and waits until it says that it is ready.
  init(in scratch: Scratch, settings: String = "") throws {
    self.scratch = scratch
    try scratch.makeFolder("config/environments")
    try scratch.makeFolder("state", permissions: 0o700)
    try scratch.write("config/steward.yaml", "socket: \(scratch.path("steward.sock"))\n\(settings)")
    ready = try ReportSocket(scratch.path("ready.sock"))
    let log = open(scratch.path("stewardd.log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    defer { close(log) }
    let began = ContinuousClock.now
    pid = try Program.start(
      [
        RunningDaemon.program, "--config", scratch.path("config"), "--state", scratch.path("state"),
      ], environment: ["NOTIFY_SOCKET": ready.path], errors: log)
    while ready.next(within: 1)?.hasPrefix("READY=1") != true {
      guard Program.isRunning(pid) else {
        let said = try PlainFile.read(scratch.path("stewardd.log"), bytesMax: 1 << 20) ?? []
        throw Program.Failed(
          description:
            "stewardd ended before it was ready: \(String(decoding: said.suffix(1_000), as: UTF8.self))")
      }
    }
    startSeconds = began.duration(to: .now) / .seconds(1)
  }

  deinit {
    // SIGINT ends its instances too.
    Program.end([pid], with: SIGINT)
  }

  /// Events as the socket tells them, each with the moment at which it was heard. Ends with the daemon.
  func follow() -> AsyncStream<(heard: ContinuousClock.Instant, event: EventBody)> {
    let (stream, continuation) = AsyncStream<(heard: ContinuousClock.Instant, event: EventBody)>.makeStream()
    let socket = socket
    // From the first on: what happens before the socket is asked is told then.
    var query = EventsQuery()
    query.after = 0
    Task { [query] in
      try? await offPool {
        try StatusClient(path: socket).follow(.follow(query)) { line in
          if case .event(let event) = line.body { continuation.yield((.now, event)) }
          return true
        }
      }
      continuation.finish()
    }
    return stream
  }

  /// - Throws: unless it keeps so many resources, each of which it has looked at, and does nothing to any.
  func check(resources count: Int) throws {
    let client = StatusClient(path: socket, patience: .seconds(60))
    let resources = try client.ask(.status).body.environments.flatMap(\.resources)
    // Who waits for a disk uses no processor either.
    let done = resources.count { $0.state != "unknown" && $0.underWay == nil }
    guard done == count else {
      throw Program.Failed(description: "\(done) resources of \(count) were looked at and are at rest")
    }
  }

  /// Waits until it has used no more than a thousandth of the time, or half a millisecond, for so long, and returns when that
  /// began.
  func untilAtRest(for pause: Duration = .milliseconds(400)) async throws -> ContinuousClock.Instant {
    var (since, before) = (ContinuousClock.now, try Program.processorMilliseconds(of: pid))
    while since.duration(to: .now) < pause {
      try await Task.sleep(for: .milliseconds(20))
      let used = try Program.processorMilliseconds(of: pid)
      if used - before > max(0.5, pause / .seconds(1)) { (since, before) = (.now, used) }
    }
    return since
  }
}
