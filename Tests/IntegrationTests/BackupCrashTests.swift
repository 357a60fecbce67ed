import Fixtures
import Glibc
import Host
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
      let lives = try await BackupLives(of: cluster, step)
      try await Kills(in: lives).run(
        "\(step.rawValue) by pgBackRest", usually: 2, pointsMin: step.pointsMin
      ) { point in
        step.moments.contains { point.contains($0) }
      } again: { passed in
        var seen: Set<String> = []
        return passed.filter { $0.hasSuffix(":after") && seen.insert($0).inserted }
      }
      try await lives.checkLocks()
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await cluster.stop()
    try result.get()
  }
}

/// Daemons one after the other that have one cluster backed up.
private final class BackupLives: Mortal {
  /// What a daemon does from its start on, or is asked to.
  enum Step: String {
    /// The first backup and the first proof of the archive.
    case backup
    case drill

    /// Points between which the world changes. Of a command these are: it runs, it has ended; what any command has beside,
    /// its note in the state folder for one, is killed in elsewhere, and before a step is after the one before it.
    var moments: [Regex<Substring>] {
      switch self {
      case .drill:
        [
          #/repository\.drill:/#, #/repository\.drill/.*command\.feed:after/#,
          #/repository\.drill/(?:pgbackrest|cluster)\.run:after/#, #/repository\.drill/verdict\.[^:]*:after/#,
        ]
      case .backup:
        [
          #/repository\.(?:backup|check):/#, #/repository\.(?:backup|check)/.*command\.feed:after/#,
          #/repository\.(?:backup|check)/pgbackrest\.run:after/#, #/repository\.check/verdict\.[^:]*:after/#,
        ]
      }
    }
    var pointsMin: Int { self == .drill ? 30 : 20 }
    /// What stands in the record of tests and drills once it has come about.
    var record: String { self == .drill ? "lastSuccess" : "provedAt" }
  }

  let id = "staging/backups/main"
  private(set) var scratch: Scratch
  var request: [String]? { step == .drill ? ["backup", "drill", "staging/main"] : nil }
  private let cluster: BackedUpCluster
  private let step: Step

  /// - Parameter step: what daemons are killed in. For a drill there is a backup before.
  init(of cluster: BackedUpCluster, _ step: Step) async throws {
    self.cluster = cluster
    self.step = step
    scratch = try Scratch()
    guard step == .drill else { return }
    try await makeAnew()
    try await scratch.start()
    try await eventually("a backup is made", within: .seconds(90)) { try await isAtRest(.backup) }
    try await scratch.end(SIGKILL)
    #expect(system("cp -a '\(scratch.state)' '\(scratch.folder)/before'") == 0)
  }

  func prepare() async throws {
    guard step == .drill else { return try await makeAnew() }
    #expect(system("rm -r '\(scratch.state)' && cp -a '\(scratch.folder)/before' '\(scratch.state)'") == 0)
  }

  /// An empty repository, and an environment that wants a backup in it.
  private func makeAnew() async throws {
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

  func isAtRest() async throws -> Bool { try await isAtRest(step) }

  private func isAtRest(_ step: Step) async throws -> Bool {
    let isAsWritten = try await scratch.isAsWritten()
    // What one did that did not live to say so is on record, and looked up there.
    let record = String(decoding: Bytes.read("\(scratch.state)/backups/staging.main.json"), as: UTF8.self)
    return isAsWritten && record.contains(step.record)
  }

  func checkAtRest(_ name: String) async throws {
    // Whatever is not listed was never finished.
    let listed = try await cluster.pgbackrest(["--output=json", "info"])
    let folders = try await cluster.shell("cd \(cluster.repository)/backup/main && ls").split(
      separator: "\n"
    ).filter { $0.hasPrefix("2") }
    #expect(folders.count == 1 && listed.ranges(of: "\"label\":").count == 1, "\(name): \(folders)")
    #expect(folders.allSatisfy { listed.contains("\"label\":\"\($0)\"") }, "\(name): \(folders)")
    #expect(cluster.leftovers == [], "\(name)")
    // A look of this moment is a process, too.
    for _ in 0..<100 where !processes.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
    #expect(processes == [], "\(name)")
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
