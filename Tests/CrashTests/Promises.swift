import Calendar
import EventLog
import Fixtures
import Glibc
import Host
import Reconciliation
import StatusAPI

/// What must hold after every crash, once the next daemon has had its time. Each sentence throws ``Broken``.
struct Broken: Error, CustomStringConvertible {
  let description: String
}

extension World {
  /// Whether nothing is left to do: every resource was looked at and is ready, and nothing is planned or under way.
  func isQuiet() async throws -> Bool {
    let town = try await town()
    return !town.resources.isEmpty && town.refusal == nil
      && town.resources.allSatisfy { $0.actions.isEmpty && $0.underWay == nil && $0.state == "ready" }
  }

  /// Whether all that was asked for has come true.
  func isAsWritten() async throws -> Bool {
    guard try await isQuiet(), awaited.allSatisfy({ $0.hasCome() }),
      text("srv/DEMO.env") == "DEMO=a-demo-value-\(edits)\n",
      let value = text("service/server"), text("srv/TOKEN.env") == "TOKEN=\(value)\n",
      logs.allSatisfy({ hasCome($0, to: $1.fate) })
    else { return false }
    return instanceMismatch(value) == nil
  }

  private func hasCome(_ name: String, to fate: Fate) -> Bool {
    (access("\(folder)/\(name)", F_OK) == 0) == (fate == .stays)
  }

  /// Waits until all is as written, and holds everything against its promise.
  func checkPromises() async throws {
    do {
      try await until { try await isAsWritten() }
    } catch let error as InVain {
      throw Broken(description: "it does not come to rest: \(await complaint()) (\(error))")
    }
    awaited = []
    try await stillQuiet()
    try checkSecrets()
    try await checkLogs()
    try checkLeftovers()
    try await checkEvents()
  }

  /// The plan stays empty when everything is looked at again.
  private func stillQuiet() async throws {
    let before = try await ask(.status).daemon.lastSequence
    try await request("reconcile", "town")
    try await until { try await isAsWritten() }
    let events = try await LogReader(at: "\(state)/events.sqlite").events(
      matching: EventFilter(kinds: [.intended], after: before))
    if let event = events.first { throw Broken(description: "a second look brought forth: \(event.message)") }
  }

  // MARK: Instances

  /// What is wrong with what runs; nil where nothing is.
  func instanceMismatch(_ token: String) -> String? {
    let residents = Resident.all(of: folder)
    var running: [String: Int] = [:]
    for resident in residents {
      guard let instance = resident.instance else {
        return "\(resident.words.joined(separator: " ")) of a command still runs"
      }
      running["\(instance) \(resident.words.last ?? "")", default: 0] += 1
      if instance.contains("/web#"), !Resident.variables(of: resident.pid).contains("TOKEN=\(token)") {
        return "\(instance) has not the value in force"
      }
      let variables = Resident.variables(of: resident.pid)
      if !variables.contains("LEVEL=\(level)") { return "\(instance) is not as written" }
      if variables.contains(where: { $0.hasPrefix("STEWARD_CRASH") }) {
        return "\(instance) has the crash points"
      }
    }
    var wanted = ["town/instances/crowd#1 1000": 1, "town/instances/crowd#1 2000": 1]
    for index in 1...webCount { wanted["town/instances/web#\(index) 1000"] = 1 }
    return running == wanted ? nil : "what runs is \(running), and wanted is \(wanted)"
  }

  // MARK: Secrets

  private func checkSecrets() throws {
    for name in ["TOKEN", "DEMO"] where Bytes.mode("\(folder)/srv/\(name).env") != 0o600 {
      throw Broken(description: "srv/\(name).env is open to others")
    }
    // The first value and one for each rotation that was asked for.
    let told = Set((text("service/told") ?? "").split(separator: "\n"))
    guard told.count <= 1 + rotationsAsked else {
      throw Broken(description: "rotate was told \(told.count) values for \(rotationsAsked) rotations")
    }
    var under: Substring?
    for line in (text("service/runs") ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words[0] == "begin" {
        under = words[1]
      } else if under != words[1] {
        throw Broken(description: "one `rotate` ended after the next had begun")
      }
    }
  }

  // MARK: Logs

  private func checkLogs() async throws {
    let packed = Tree.files("\(folder)/cold")
    for (name, log) in logs {
      let last = name.split(separator: "/").last.map(String.init) ?? name
      switch log.fate {
      case .stays:
        guard text(name) == log.text else { throw Broken(description: "\(name) is not what was written") }
      case .archived:
        let copies = packed.filter { $0.contains(last) }
        guard copies.count == 1 else {
          throw Broken(description: "of \(name) there are the copies \(copies)")
        }
        let result = try await SubprocessRunner().run(
          Command(["/usr/bin/gzip", "-dc", "\(folder)/cold/\(copies[0])"]))
        guard result.isSuccess, result.output.text == log.text else {
          throw Broken(description: "the copy of \(name) is not what it was")
        }
        // Looked at once: a daemon that changes it later is met by the count of copies.
        logs[name] = nil
      case .purged: logs[name] = nil
      }
    }
  }

  // MARK: What lies about

  private func checkLeftovers() throws {
    let expected =
      #/events\.sqlite(-wal|-shm|\.lock)?|secrets\.key|adopted\/(steward|town)\.yaml|output\/.*|children\/[0-9a-f]+|secrets\/town\/(TOKEN|DEMO|TRIED)\.json|backups\/.*\.json/#
    for file in Tree.files(state) where file.wholeMatch(of: expected) == nil {
      throw Broken(description: "state/\(file) was left behind")
    }
    let children = ScratchFolder.names(in: "\(state)/children").count
    guard children == webCount + 1 else {
      throw Broken(description: "\(children) children are written down, and \(webCount + 1) run")
    }
    for file in Tree.files("\(folder)/srv") where !["TOKEN.env", "DEMO.env"].contains(file) {
      throw Broken(description: "srv/\(file) was left behind")
    }
    for place in ["cold", "logs", "noise"] {
      for file in Tree.files("\(folder)/\(place)") where file.hasPrefix(".") || file.hasSuffix(".unfinished")
      {
        throw Broken(description: "\(place)/\(file) was left behind")
      }
    }
    guard access("\(state)/scratch/town.main", F_OK) != 0 else {
      throw Broken(description: "the drill's folder was left behind")
    }
  }

  // MARK: The log

  /// The chain is whole, what was acknowledged is there, and each intent ended once.
  private func checkEvents() async throws {
    let reader = try LogReader(at: "\(state)/events.sqlite")
    let all = EventFilter.limitMax
    while true {
      let events = try await reader.events(matching: EventFilter(after: examined, limit: all))
      for event in events {
        switch event.kind {
        case .intended: open.insert(event.sequence)
        case .done, .failed, .interrupted:
          guard let intent = event.cause, open.remove(intent) != nil else {
            throw Broken(
              description:
                "event \(event.sequence) ends what was not begun, or ended before: \(event.message)")
          }
        default: break
        }
        examined = event.sequence
      }
      if events.count < all { break }
    }
    guard open.isEmpty else { throw Broken(description: "the intents \(open.sorted()) never ended") }
    if let lost = acknowledged.first(where: { $0 > examined }) {
      throw Broken(description: "event \(lost) was acknowledged and is not in the log")
    }
  }

  /// The whole chain; seconds for a long log, so at a world's end.
  func verify() async throws {
    let verification = try await LogReader(at: "\(state)/events.sqlite").verify()
    guard verification.isOK else { throw Broken(description: "the log: \(verification)") }
  }

  /// What is not as it should be, in words.
  private func complaint() async -> String {
    var words: [String] = []
    if let town = try? await town() {
      for resource in town.resources where !(resource.actions.isEmpty && resource.state == "ready") {
        words.append(
          "\(resource.id) is \(resource.state): \(resource.headline)"
            + resource.actions.map { "; \($0.description)" }.joined()
            + resource.waits.map { "; waits: \($0.reason)" }.joined()
            + resource.findings.map { "; \($0.message)" }.joined())
      }
    } else {
      words.append("the socket does not answer")
    }
    for (what, hasCome) in awaited where !hasCome() { words.append("\(what) was promised") }
    let value = text("service/server") ?? ""
    if text("srv/TOKEN.env") != "TOKEN=\(value)\n" { words.append("srv/TOKEN.env holds another value") }
    if text("srv/DEMO.env") != "DEMO=a-demo-value-\(edits)\n" {
      words.append("srv/DEMO.env is not as written")
    }
    for (name, log) in logs where !hasCome(name, to: log.fate) {
      words.append("\(name) should be \(log.fate)")
    }
    if let mismatch = instanceMismatch(value) { words.append(mismatch) }
    return words.isEmpty ? "all is as written now" : words.joined(separator: "\n  ")
  }
}
