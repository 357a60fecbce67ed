import Fixtures
import Glibc
import Host
import Reconciliation
import Testing

/// Backups that pgBackRest makes of a real PostgreSQL, by a daemon that is killed at its own points (`STEWARD_CRASH_AT`).
@Suite(
  "A backup that is killed anywhere", .serialized,
  .enabled(if: BackedUpCluster.isAvailable, "needs postgresql-15 and pgbackrest"))
struct BackupCrashTests {
  @Test("after each effect of a backup and of the archive's proof, one backup is made, and then rest")
  func backups() async throws { try await kill(in: .backup) }

  @Test("after each effect of a drill, it is made after all, and nothing of the one cut off is left")
  func drills() async throws { try await kill(in: .drill) }

  private func kill(in step: BackupLives.Step) async throws {
    let cluster = try await BackedUpCluster()
    let result: Result<Void, any Error>
    do {
      try await cluster.start()
      result = .success(try await kill(BackupLives(of: cluster), in: step))
    } catch {
      result = .failure(error)
    }
    try await cluster.stop()
    try result.get()
  }

  /// At points of a step, by night at each of them; every second time again at a point of what the next daemon does.
  private func kill(_ lives: BackupLives, in step: BackupLives.Step) async throws {
    let all = try await lives.learn(step)
    #expect(all.count >= step.pointsMin, "\(all)")
    var dice = Dice(seed: Dice.seed)
    let points = all.shuffled(using: &dice).prefix(Nightly.count(4, byNight: all.count))
    var missed: [String] = []
    var again = 0
    for (index, point) in points.enumerated() {
      try await lives.prepare(step)
      guard try await lives.live(through: step, killedAt: point) else {
        missed.append(point)
        continue
      }
      var name = point
      if index % 2 == 1, let second = all.randomElement(using: &dice) {
        if try await lives.live(through: .recovery, killedAt: second) { again += 1 }
        name += " and \(second)"
      }
      try await lives.recover(after: "\(name) (STEWARD_TEST_SEED=\(Dice.seed))")
    }
    // How often a server is asked whether it has started is chance.
    #expect(missed.count * 4 <= points.count, "\(missed)")
    try await lives.checkLocks()
    Figure.tell(
      "\(step.rawValue) by pgBackRest: kills, of points",
      "\(points.count - missed.count) of \(all.count), \(again) of them twice")
  }
}

/// Daemons one after the other that have one cluster backed up.
private final class BackupLives {
  /// What a daemon does from its start on, or is asked to.
  enum Step: String {
    /// The first backup and the first proof of the archive.
    case backup
    case drill
    /// What the one before was killed in.
    case recovery

    /// Points between which the world changes. Of a command these are: it runs, it has ended; what any command has beside,
    /// its note in the state folder for one, is killed in elsewhere, and before a step is after the one before it.
    var moments: [Regex<Substring>] {
      switch self {
      case .drill:
        [
          #/repository\.drill:/#, #/repository\.drill/.*command\.feed:after/#,
          #/repository\.drill/(?:pgbackrest|cluster)\.run:after/#, #/repository\.drill/verdict\.[^:]*:after/#,
        ]
      case .backup, .recovery:
        [
          #/repository\.(?:backup|check):/#, #/repository\.(?:backup|check)/.*command\.feed:after/#,
          #/repository\.(?:backup|check)/pgbackrest\.run:after/#, #/repository\.check/verdict\.[^:]*:after/#,
        ]
      }
    }
    var pointsMin: Int { self == .drill ? 30 : 20 }
  }

  private let cluster: BackedUpCluster
  private var scratch: Scratch
  /// What stands in the record of tests and drills once the step has come about.
  private var wanted = ""
  /// All that the last daemon that came to rest remembered.
  private var events: [JSON] = []
  private static let id = "staging/backups/main"

  init(of cluster: BackedUpCluster) throws {
    self.cluster = cluster
    scratch = try Scratch()
  }

  /// Lets a step pass without a kill, and returns the points in it, each with the how-manieth time it was passed.
  func learn(_ step: Step) async throws -> [String] {
    if step == .drill {
      try await prepare(.backup)
      #expect(try await !live(through: .backup))
      #expect(system("cp -a '\(scratch.state)' '\(scratch.folder)/before'") == 0)
    }
    try await prepare(step)
    let trace = "\(scratch.folder)/trace"
    setenv("STEWARD_CRASH_TRACE", trace, 1)
    defer { unsetenv("STEWARD_CRASH_TRACE") }
    #expect(try await !live(through: step))
    var times: [String: Int] = [:]
    return String(decoding: Bytes.read(trace), as: UTF8.self).split(separator: "\n").compactMap { line in
      let point = String(line)
      times[point, default: 0] += 1
      return step.moments.contains { point.contains($0) } ? "\(point)#\(times[point] ?? 1)" : nil
    }
  }

  /// Makes the world what it is before a step.
  func prepare(_ step: Step) async throws {
    wanted = step == .drill ? "lastSuccess" : "provedAt"
    guard step != .drill else {
      #expect(system("rm -r '\(scratch.state)' && cp -a '\(scratch.folder)/before' '\(scratch.state)'") == 0)
      return
    }
    try await cluster.shell("rm -rf \(cluster.repository)/*")
    try await cluster.pgbackrest(["stanza-create"])
    scratch = try Scratch()
    let user = cluster.prefix.isEmpty ? "" : "as: [\(cluster.prefix.joined(separator: ", "))]"
    try scratch.environment(
      "staging",
      """
      data: synthetic
      backups:
        main:
          of: database/main
          with: pgbackrest
          every: 1d
          rto: 10min
          config: \(cluster.config)
          scratch: \(cluster.scratch)
          queries: {postgres: [select true]}
          \(user)
      """)
  }

  /// Runs a daemon until it kills itself at `point`, or has come to rest without passing it. Returns whether it did.
  func live(through step: Step, killedAt point: String? = nil) async throws -> Bool {
    if let point { setenv("STEWARD_CRASH_AT", point, 1) }
    let daemon = try scratch.spawn()
    unsetenv("STEWARD_CRASH_AT")
    var status: Int32 = 0
    var isAsked = step != .drill
    var isDead = false
    try await eventually("\(point ?? "the end") is reached", within: .seconds(90)) {
      if waitpid(daemon, &status, WNOHANG) == daemon { isDead = true }
      if isDead { return true }
      if !isAsked { isAsked = try await scratch.steward("backup", "drill", "staging/main").isSuccess }
      return isAsked ? try await isAtRest() : false
    }
    guard !isDead else { return true }
    kill(daemon, SIGKILL)
    _ = try await scratch.wait(daemon)
    return false
  }

  private func isAtRest() async throws -> Bool {
    let plan = try await scratch.steward("plan")
    // What one did that did not live to say so is on record, and looked up there.
    let record = String(decoding: Bytes.read("\(scratch.state)/backups/staging.main.json"), as: UTF8.self)
    guard plan.end == .exited(0), plan.output.text.contains("1 resources are as written"),
      record.contains(wanted)
    else { return false }
    let answer = try await scratch.steward("events", "--json", "--limit", "1000")
    events = try JSON(parsing: answer.output.bytes)["events"].elements
    return true
  }

  /// Starts a daemon again, waits for rest, and holds everything against what must be so.
  func recover(after name: String) async throws {
    #expect(try await !live(through: .recovery), "\(name)")
    try checkEvents(name)
    // Whatever is not listed was never finished.
    let listed = try await cluster.pgbackrest(["--output=json", "info"])
    let folders = try await cluster.shell("cd \(cluster.repository)/backup/main && ls").split(
      separator: "\n"
    ).filter { $0.hasPrefix("2") }
    #expect(folders.count == 1 && listed.ranges(of: "\"label\":").count == 1, "\(name): \(folders)")
    #expect(folders.allSatisfy { listed.contains("\"label\":\"\($0)\"") }, "\(name): \(folders)")
    #expect(cluster.leftovers == [], "\(name)")
    #expect(processes == [], "\(name)")
  }

  /// Each intent ended once, and the last daemon did nothing twice.
  private func checkEvents(_ name: String) throws {
    func names(_ kind: String, in events: some Sequence<JSON>) -> [String] {
      events.filter { $0["scope"].text == Self.id && $0["kind"].text == kind }.compactMap { $0["name"].text }
    }
    let last = events.lastIndex { $0["kind"].text == "started" } ?? 0
    let begun = names("intended", in: events[last...])
    #expect(Set(begun).count == begun.count, "\(name): done more than once: \(begun)")
    #expect(names("failed", in: events[last...]) == [], "\(name)")
    let ends = ["done", "failed", "interrupted"].map { names($0, in: events).count }.reduce(0, +)
    #expect(
      ends == names("intended", in: events).count, "\(name): what was begun did not end, or ended twice")
  }

  /// What daemons left running: commands of theirs have the state folder in their environment.
  private var processes: [String] {
    ScratchFolder.names(in: "/proc").filter { Int($0) != nil }.compactMap { pid in
      func words(_ file: String) -> String {
        String(decoding: Bytes.read("/proc/\(pid)/\(file)").map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
      }
      return words("environ").contains(scratch.state) ? words("cmdline") : nil
    }
  }

  /// From pgBackRest's own log: no backup was begun while another was being made.
  func checkLocks() async throws {
    let log = try await cluster.shell("cat \(cluster.root)/log/main-backup.log")
    var depth = 0
    for line in log.split(separator: "\n") {
      if line.contains("backup command begin") { depth += 1 }
      if line.contains("backup command end") { depth -= 1 }
      #expect(depth <= 1, "\(line)")
    }
    #expect(depth == 0, "\(log.suffix(2_000))")
  }
}
