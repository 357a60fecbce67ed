import Controllers
import CrashPoints
import Cryptography
import Daemon
import Desired
import EventLog
import Glibc
import Host
import Logging
import Reconciliation
import SecretStore
import StatusAPI
import StatusServer
import Systemd
import UnixSignals

/// Everything that the process is made of, put together.
struct Machinery {
  private let daemon: Daemon
  private let configuration: Configuration
  private let log: EventLog
  private let socket: ListeningSocket
  private let server: StatusServer
  private let feed: EventFeed
  private let children: Children
  private let notifier: any ServiceNotifier

  /// Where units find what the daemon writes for them: a unit's file can only name a place that never changes. In memory,
  /// so that no secret lies on the disk; systemd makes it for the service (`RuntimeDirectory=`).
  private static let unitFiles = "/run/steward/instances"

  /// How long an instance gets to end when Ctrl-C ends everything.
  private static let farewell = Duration.seconds(10)

  init(config: String, state: String, socket: String?, logger: Logger) throws {
    let state = try StateFolder.prepare(state)
    let clock = SystemClock()
    // The log's lock comes first: a second daemon on the same state must not get as far as touching anything.
    log = try EventLog.open(at: "\(state)/events.sqlite")
    children = try Children(stateFolder: state)
    let records = try CommandRecords(stateFolder: state)
    let left = try records.endLeftovers()
    if left > 0 { logger.warning("ended \(left) processes of commands that an earlier stewardd left") }
    let commands = SubprocessRunner(records: records)
    configuration = Configuration(
      folder: config, stateFolder: state, controllers: Controllers.kinds, zones: SystemZones.database,
      clock: clock)
    let secrets = try Machinery.secretStore(
      configuration.writtenSecretStore ?? .sealed, state: state, commands: commands, clock: clock)
    let controllers = Controllers.live(
      ControllerDoors(
        stateFolder: state, clock: clock, randomness: SystemRandomness(), commands: commands,
        children: children, units: SystemdUnits(commands: commands), unitFiles: Self.unitFiles,
        secrets: secrets))
    notifier = SystemdNotifier.fromEnvironment()
    let (feed, tally) = (EventFeed(), Tally())
    daemon = try Daemon(
      Doors(
        version: Stewardd.version, log: log, controllers: controllers, notices: controllers.map(\.changes),
        clock: clock, notifier: notifier,
        onRecorded: { events in
          tally.count(events)
          feed.publish(events)
        }, logger: logger))
    let listening = try Machinery.listen(socket ?? configuration.writtenSocket ?? SocketPath.standard)
    self.feed = feed
    let source = DaemonSource(
      daemon: daemon, configuration: configuration, log: log, feed: feed, tally: tally, stateFolder: state,
      clock: clock)
    self.socket = listening
    server = StatusServer(socket: listening, source: source, logger: logger)
    logger.notice(
      "stewardd \(Stewardd.version): files in \(config), state in \(state), socket \(listening.address)\(listening.path == nil ? ", inherited" : "")"
    )
    if listening.path == nil, let meant = socket ?? configuration.writtenSocket, meant != listening.address {
      logger.warning(
        "the socket is \(listening.address), as the socket unit's ListenStream= says; \(meant) is not served")
    }
  }

  private static func secretStore(
    _ written: StewardFile.SecretStore, state: String, commands: any CommandRunner, clock: any WallClock
  ) throws -> any SecretStore {
    switch written {
    case .sealed:
      let credentials = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
      return SealedStore(state: state, key: try SealingKey.load(state: state, credentials: credentials))
    case .exec(let arguments): return DocumentStore(behind: arguments, commands: commands)
    case .vault(let vault): return DocumentStore(in: vault, commands: commands, clock: clock)
    }
  }

  private static func listen(_ path: String) throws -> ListeningSocket {
    let inherited = SocketActivation.take()
    guard let first = inherited.first else {
      // Whoever may put another folder in the place of one that it lies in is asked for secrets.
      if let slash = path.lastIndex(of: "/") { try Trust().check(folder: "\(path[...slash])") }
      return try .bind(path)
    }
    // Callers of a socket that nobody accepts on would wait for ever.
    guard inherited.count == 1 else {
      throw HostError(
        "take over", "the sockets \(inherited.map(\.name).joined(separator: ", "))",
        "one is served: the socket unit needs one ListenStream=", class: .terminal)
    }
    return try .inherit(first.descriptor)
  }

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint)
    let stopped = StopReason()
    try await withThrowingTaskGroup(of: Void.self) { group in
      // Nobody is answered before the files are in force: a plan of nothing would look like nothing to do. Callers
      // wait, the socket is there.
      let (ready, readiness) = AsyncStream<Void>.makeStream()
      group.addTask { [daemon, configuration] in
        try await daemon.run(reading: configuration) { readiness.finish() }
      }
      group.addTask { [server] in
        for await _ in ready {}
        if !Task.isCancelled { await server.run() }
      }
      group.addTask { [daemon, configuration, notifier] in
        for await signal in signals {
          switch signal {
          case .sighup:
            notifier.tell(.reloading)
            configuration.reload()
          case .sigint:
            await stopped.interrupt()
            daemon.stop(reason: "interrupted, with its instances")
          default: daemon.stop(reason: "asked by \(signal); instances run on")
          }
        }
      }
      // The daemon is the only task that ends by itself; with it, all do.
      defer { feed.finish() }
      try await group.next()
      group.cancelAll()
    }
    socket.close()
    if await stopped.isInterrupted { await endInstances() }
    // After an orderly end the one file is the whole log, for whoever copies it. A log that was lost stays as it is.
    log.close()
  }

  private func endInstances() async {
    for child in (try? await children.list()) ?? [] {
      _ = try? await effect("farewell.stop") { try await children.stop(child, within: Machinery.farewell) }
    }
  }
}

private actor StopReason {
  private(set) var isInterrupted = false
  func interrupt() { isInterrupted = true }
}
