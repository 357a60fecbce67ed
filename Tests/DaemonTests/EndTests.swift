import Controllers
import Desired
import EventLog
import Fixtures
import Host
import Logging
import Reconciliation
import Testing

@testable import Daemon

@Suite("The daemon's end, and what does not end it")
struct EndTests {
  let folder = ScratchFolder()

  /// A daemon on a log of its own, and the configuration that it keeps.
  private func daemon() throws -> (Daemon, Configuration, EventLog) {
    folder.makeFolder("config")
    folder.makeFolder("config/environments")
    folder.makeFolder("state", mode: 0o700)
    folder.write("roles: {}\n", to: "config/steward.yaml")
    folder.write("environment: dev\ndata: synthetic\ntimezone: UTC\n", to: "config/environments/dev.yaml")
    let log = try EventLog.open(at: folder.path("state/events.sqlite"))
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let clock = SystemClock()
    let configuration = Configuration(
      folder: folder.path("config"), stateFolder: folder.path("state"), controllers: Controllers.kinds,
      zones: SystemZones.database, clock: clock)
    let daemon = try Daemon(
      Doors(
        version: "test", log: log, controllers: [], notices: [], clock: clock, notifier: SilentNotifier(),
        onRecorded: { _ in }, logger: logger))
    return (daemon, configuration, log)
  }

  private let root = Caller(name: "root", roles: [], isOwner: true)
  private var request: Request {
    Request(.suspend(Scope(environment: "dev"), until: nil, reason: "a test"), by: root)
  }

  @Test("a log that is lost leaves nobody waiting: who asked is answered, and who asks later is at once")
  func lostLog() async throws {
    let (daemon, configuration, log) = try daemon()
    let (ready, readiness) = AsyncStream<Void>.makeStream()
    let running = Task { try await daemon.run(reading: configuration) { readiness.finish() } }
    for await _ in ready {}
    guard case .answer(.accepted) = await daemon.submit(request) else {
      Issue.record("a daemon whose log is whole accepts")
      return
    }
    // Somebody else writes to the log, so that its end is another than the daemon's.
    let stranger = Event(
      sequence: log.lastSequence + 1, at: SystemClock().now, scope: nil, kind: .clock, severity: .info,
      actor: "nobody", cause: nil, message: "", body: .null)
    try await log.append([stranger])
    for _ in 0..<2 {
      guard case .answer(.refused(.unavailable, _)) = await daemon.submit(request) else {
        Issue.record("a request was accepted that cannot be recorded")
        return
      }
    }
    await #expect(throws: LogLost.self) { try await running.value }
  }

  @Test("one event that the log refuses keeps its place and says that it was left out")
  func refusedEvent() async throws {
    let (daemon, _, log) = try daemon()
    let long = String(repeating: "x", count: Event.messageBytesMax + 1)
    let events = [(Int64(1), "before"), (2, long), (3, "after")].map { sequence, message in
      Event(
        sequence: sequence, at: SystemClock().now, scope: nil, kind: .clock, severity: .info,
        actor: "steward", cause: nil, message: message, body: .object([:]))
    }
    let recorded = try await daemon.record(events)
    #expect(recorded.map(\.sequence) == [1, 2, 3])
    let kept = try await log.events(matching: EventFilter(newestFirst: false))
    #expect(kept.map(\.message).filter { $0.count < 10 } == ["before", "after"])
    #expect(kept[1].message.hasPrefix("left out"))
  }
}
