import Fixtures
import Glibc
import Host
import Synchronization
import Testing

/// Everything that may hold a secret, in one environment with real servers, searched after a busy run.
@Suite(
  "No secret gets out of an environment with servers", .serialized,
  .enabled(if: BackedUpCluster.isAvailable && RedisServer.isAvailable && Authority.isWanted))
struct CanaryTests {
  /// The command lines of all processes, and the variables of other users', looked at again and again.
  private final class Processes: Sendable {
    private let seen = Mutex<(lines: Set<String>, isOver: Bool)>(([], false))

    init() {
      startThread { [self] in
        while !seen.withLock({ $0.isOver }) {
          let lines = ScratchFolder.names(in: "/proc").filter { Int($0) != nil }.flatMap { pid in
            (["cmdline"] + (Self.isOthers(pid) ? ["environ"] : [])).map {
              String(decoding: Bytes.read("/proc/\(pid)/\($0)"), as: UTF8.self)
            }
          }
          seen.withLock { $0.lines.formUnion(lines) }
          usleep(20_000)
        }
      }
    }

    private static func isOthers(_ pid: String) -> Bool {
      var status = stat()
      return stat("/proc/\(pid)", &status) == 0 && status.st_uid != getuid()
    }

    func end() -> Set<String> {
      seen.withLock {
        $0.isOver = true
        return $0.lines
      }
    }
  }

  @Test(
    "not into the event log, the state folder, any server's log, a command line, another user's variables, a core, or an answer to a stranger"
  )
  func canaries() async throws {
    let servers = ScratchFolder()
    let authority = try await Authority(in: servers)
    servers.selfSign()
    let server = try await WebServer(servers.path("web.pem"), in: servers)
    let redis = RedisServer()
    let cluster = try await BackedUpCluster()
    try await cluster.start()
    let database = try PostgreSQLCluster(["log_statement": "all"])
    try database.psql("CREATE ROLE web LOGIN")
    try database.psql("CREATE ROLE web_b LOGIN IN ROLE web")
    let result: Result<Void, any Error>
    do { result = .success(try await busy(servers, authority, server, redis, cluster, database)) } catch {
      result = .failure(error)
    }
    try await cluster.stop()
    try result.get()
  }

  private func busy(
    _ servers: ScratchFolder, _ authority: Authority, _ server: WebServer, _ redis: RedisServer,
    _ cluster: BackedUpCluster, _ database: PostgreSQLCluster
  ) async throws {
    let scratch = try Scratch()
    let user = cluster.prefix.isEmpty ? "" : "as: [\(cluster.prefix.joined(separator: ", "))], "
    try scratch.write(
      "bin/rotate", "#!/bin/sh\nread value; echo \"no: $value\" >&2; [ -e \(scratch.folder)/fine ]\n",
      mode: 0o755)
    try scratch.environment(
      "staging",
      """
      data: synthetic
      guard: {disruptive: none, destructive: none}
      instances:
        web: {run: [SCRATCH/bin/web], count: 2, variables: {LOG_LEVEL: info}, secrets: [API_KEY], ready after: 100ms, stop within: 2s}
      secrets:
        API_KEY: {kind: api-key, every: 90d, overlap: 1h, rotate: [SCRATCH/bin/rotate], file: SCRATCH/API_KEY.env}
        REDIS: {kind: api-key, every: 90d, file: SCRATCH/REDIS.env}
        DB: {kind: database-password, every: 90d, in: database/accounts, role: web, file: SCRATCH/DB.env}
      database:
        accounts: {kind: postgresql, availability: single, socket: \(database.socket)}
      cache:
        main: {kind: redis, topology: single, servers: [\(redis.socket)], memory: 64 MB, login: {user: steward, password: REDIS}}
      backups:
        main: {of: database/main, with: pgbackrest, every: 1d, config: \(cluster.config), \(user)scratch: \(cluster.scratch), queries: {postgres: [select true]}}
      certificates:
        web: \(server.entry(of: authority, file: servers.path("web.pem")))
      """)
    let processes = Processes()
    // As where systemd starts it: a core of any size, were it not for the daemon itself.
    let core = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    var limit = rlimit()
    getrlimit(core, &limit)
    var most = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
    setrlimit(core, &most)
    defer { setrlimit(core, &limit) }
    try await scratch.start()
    func value(_ name: String) async throws -> String {
      let told = try await scratch.steward("secret", "get", "staging/\(name)").output.text
      return told.split(separator: "\n").first.map(String.init) ?? ""
    }
    // Redis refuses until it knows the password that was made; `rotate` says aloud what it is given until it may succeed.
    try await eventually("the password is made") { access("\(scratch.folder)/REDIS.env", F_OK) == 0 }
    #expect(try await scratch.steward("reconcile", "staging/cache").isSuccess)
    try await eventually("the login is refused") {
      try await scratch.steward("why", "staging/cache/main").output.text.contains("WRONGPASS")
    }
    try await eventually("API_KEY is refused") {
      try await scratch.steward("events", "staging/secrets/API_KEY").output.text.contains("failed")
    }
    try scratch.write("fine", "")
    let password = try await value("REDIS")
    redis.folder.write("ACL SETUSER steward on \">\(password)\" ~* +@all\n", to: "account", mode: 0o600)
    #expect(system("redis-cli -s '\(redis.socket)' < '\(redis.folder.path("account"))' > /dev/null") == 0)
    unlink(redis.folder.path("account"))
    #expect(try await scratch.steward("reconcile", "staging").isSuccess)
    try await eventually("all is as written", within: .seconds(150)) {
      try await scratch.steward("plan").end == .exited(0)
    }
    var secrets = [try await value("API_KEY"), password]
    secrets.append(try await value("DB"))
    for request in [
      ["rotate", "staging/API_KEY"], ["rotate", "staging/DB"], ["backup", "drill", "staging/main"],
    ] {
      #expect(try await scratch.steward(request).isSuccess)
    }
    try await eventually("the drill is made, the value new, and all as written", within: .seconds(150)) {
      let drilled = Bytes.read("\(scratch.state)/backups/staging.main.json")
      guard String(decoding: drilled, as: UTF8.self).contains("lastSuccess"),
        try await value("API_KEY") != secrets[0], try await value("DB") != secrets[2]
      else { return false }
      return try await scratch.steward("plan").end == .exited(0)
    }
    secrets += [try await value("API_KEY"), try await value("DB")]
    let certificate = servers.text("web.pem") ?? ""
    let privateKey = certificate.split(separator: "\n").drop { !$0.contains("PRIVATE KEY") }.dropFirst()
    secrets.append(String(privateKey.first ?? ""))
    #expect(secrets.allSatisfy { $0.count >= 20 } && Set(secrets).count == 6)
    // What a core would hold, none shows. A process that ended meanwhile has no limits any more.
    let cores = ScratchFolder.names(in: "/proc").compactMap { pid -> String? in
      let line = String(decoding: Bytes.read("/proc/\(pid)/cmdline"), as: UTF8.self)
      guard line.contains(scratch.folder) else { return nil }
      let limits = String(decoding: Bytes.read("/proc/\(pid)/limits"), as: UTF8.self).split(separator: "\n")
      return limits.first { $0.hasPrefix("Max core file size") }.map(String.init)
    }
    #expect(cores.count >= 3)
    #expect(cores.allSatisfy { $0.split(separator: " ").dropFirst(4).first == "0" }, "\(cores)")

    var said = [
      "processes": processes.end().joined(separator: "\n"), "daemon": scratch.said, "redis": redis.log,
      "postgresql": database.log,
    ]
    #expect(said["postgresql"]?.contains("ALTER ROLE") == true)
    // A stranger, who has no role.
    for words in [
      "status --json", "events --json --limit 1000", "plan --json", "why staging/secrets/API_KEY",
      "secret get staging/API_KEY", "report",
    ] {
      let answer = ScratchFolder()
      _ = shell(
        "setpriv --reuid=nobody --regid=nogroup --clear-groups '\(Scratch.program("steward"))' \(words) --socket '\(scratch.socket)'",
        in: answer)
      said["to a stranger, \(words)"] = answer.text("shell.log") ?? ""
    }
    for words in [
      ["status", "--json"], ["events", "--json", "--limit", "1000"], ["plan", "--json"], ["report"],
    ] {
      said[words.joined(separator: " ")] = try await scratch.steward(words).output.text
    }
    // The key of a certificate is in its files of the state folder, which are the daemon's alone; so are sealed values.
    for path in ["\(scratch.state)", "\(cluster.root)/log", servers.path] {
      for file in files(below: path) where !file.hasSuffix(".pem") && !file.contains("/certificates/") {
        said[file] = String(decoding: Bytes.read(file), as: UTF8.self)
      }
    }
    said["events.sqlite, whole"] = String(
      decoding: Bytes.read("\(scratch.state)/events.sqlite")
        + Bytes.read("\(scratch.state)/events.sqlite-wal"), as: UTF8.self)
    #expect(said["events --json --limit 1000"]?.contains("no: •••") == true)
    #expect(
      said.keys.contains { $0.hasSuffix("log/server") }
        && said.keys.contains { $0.contains("main-backup.log") })
    // What is searched for is what is there.
    #expect(String(decoding: Bytes.read("\(scratch.folder)/REDIS.env"), as: UTF8.self).contains(password))
    #expect(certificate.contains(secrets[5]))
    var hits = 0
    for (place, text) in said {
      for secret in secrets where text.contains(secret) {
        hits += 1
        Issue.record("a secret is in \(place)")
      }
    }
    Figure.tell("canaries of 6 values, places searched: hits", "\(said.count): \(hits)")
  }

  private func files(below path: String) -> [String] {
    ScratchFolder.names(in: path).flatMap { name -> [String] in
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0 else { return [] }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: return files(below: "\(path)/\(name)")
      case S_IFREG: return ["\(path)/\(name)"]
      default: return []
      }
    }
  }
}
