import Glibc
import Host
import StatusAPI
import StatusClient

/// Something that happens in the town, and what it leads to. Each can happen any number of times.
enum Step: String, CaseIterable, Sendable {
  /// A daemon starts where there was none; where the last one was killed while nothing happened.
  case birth, restart
  case rotate, death, edit, mistake, reload, logs, manyLogs, dump, leftover, orders, changeOfMind, flood,
    follow
  /// Oddities that a start finds.
  case wideLog, longOutput
  case terminate, interrupt

  /// Before the daemon starts.
  func prepare(_ world: World) throws {
    switch self {
    case .wideLog: chmod("\(world.state)/events.sqlite", 0o644)
    case .longOutput:
      for resident in Resident.all(of: world.folder) where resident.instance == "town/instances/crowd#1" {
        kill(resident.pid, SIGKILL)
      }
      for name in (try? PlainFile.names(in: "\(world.state)/output")) ?? []
      where name.contains("crowd") && name.hasSuffix(".log") {
        truncate("\(world.state)/output/\(name)", 10 << 20)
      }
    default: break
    }
  }

  /// Lets it happen; the daemon may die at any moment of it.
  func begin(_ world: World) async throws {
    switch self {
    case .birth, .restart, .wideLog, .longOutput: break
    case .rotate:
      world.rotationsAsked += 1
      let before = world.text("service/server")
      try await world.request("rotate", "town/secrets/TOKEN")
      world.awaits("a new value of TOKEN", in: "service/server") { $0 != before }
    case .death:
      for resident in Resident.all(of: world.folder) where resident.instance == "town/instances/web#1" {
        kill(resident.pid, SIGKILL)
      }
    case .edit:
      world.edits += 1
      try world.writeEnvironment()
    case .mistake:
      try world.writeEnvironment(mistake: "instanecs: {}")
      // Whoever made it mends it, whatever becomes of the daemon.
      defer { try? world.writeEnvironment() }
      try await world.until { try await world.town().refusal != nil }
    case .reload: if let daemon = world.daemon { kill(daemon.pid, SIGHUP) }
    case .logs:
      try world.makeLogs()
      try await world.request("reconcile", "town/logs")
    case .manyLogs:
      try world.makeManyLogs()
      try await world.request("reconcile", "town/logs")
    case .dump:
      try world.makeDump()
      let (dump, before) = ("dump-\(world.made).tar.gz", world.text("service/restored"))
      world.awaits("a verdict on \(dump)", in: "state/backups/town.main.json") { $0?.contains(dump) == true }
      try await world.request("reconcile", "town/backups")
      try await world.request("drill", "town/backups/main")
      world.awaits("a drill", in: "service/restored") { $0 != before }
    case .leftover:
      let copy = "state/scratch/town.TOKEN.current"
      try world.write(copy, "a value that a crash left", mode: 0o600)
      world.awaits("the removal of \(copy)", in: copy) { $0 == nil }
      try await world.request("reconcile", "town/secrets")
    case .orders:
      try await world.request("suspend", "town/logs", reason: "a look around")
      try await world.request("resume", "town/logs")
    case .changeOfMind:
      // A value that nobody takes, and then nobody sets any more.
      if world.edits % 2 == 1 {
        world.edits += 1
        try world.writeEnvironment()
        try await world.until { try await world.isQuiet() }
      }
      unlink("\(world.folder)/service/accepts")
      defer { try? world.write("service/accepts", "") }
      try await world.request("rotate", "town/secrets/TRIED")
      try await world.until { try await world.resource("town/secrets/TRIED").headline.contains(", version ") }
      world.edits += 1
      try world.writeEnvironment()
      try await world.until { try await world.isQuiet() }
    case .flood:
      // Until the write-ahead log is long enough to be moved.
      for _ in 0..<600 where world.daemon?.passed.contains("log.checkpoint:after") != true {
        for _ in 0..<20 { try await world.request("reconcile", "town/secrets/DEMO") }
      }
    case .follow: try await world.follow()
    case .terminate: world.daemon?.end(SIGTERM)
    case .interrupt: world.daemon?.end(SIGINT)
    }
  }
}
