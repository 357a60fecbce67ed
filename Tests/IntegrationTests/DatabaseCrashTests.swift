import Fixtures
import Glibc
import Host
import Testing

/// A real PostgreSQL whose roles and settings are kept by daemons that are killed at their own points (`STEWARD_CRASH_AT`).
@Suite(
  "A database whose daemon is killed anywhere", .serialized, .enabled(if: PostgreSQLCluster.isInstalled))
struct DatabaseCrashTests {
  @Test(
    "before and after each effect of a rotation, what is delivered works, there is one new password, and rest",
    arguments: [false, true])
  func rotations(ofOneAccount pause: Bool) async throws {
    let name = "a rotation in PostgreSQL\(pause ? " of one account" : "")"
    try await Kills(in: Town(pause: pause)).run(name, usually: 6, pointsMin: 60) { point in
      point.hasPrefix("secrets.")
    }
  }

  @Test(
    "before and after each effect on settings, a restart loses none, and all of them are in force soon after")
  func settings() async throws {
    try await Kills(in: Settings()).run("settings of PostgreSQL", usually: 4, pointsMin: 12) { point in
      point.contains("setting.")
    }
  }

  /// A server and an environment that has a password in it, of two roles in turn or of one.
  private final class Town: Mortal {
    private let cluster: PostgreSQLCluster
    let scratch: Scratch
    let id = "staging/secrets/DB"
    private let pause: Bool
    private var before: [String: String] = [:]
    private var rotations = 0
    var request: [String]? { ["rotate", id] }
    private var delivered: [String: String] { scratch.variables(in: "DB.env") }

    init(pause: Bool) throws {
      self.pause = pause
      cluster = try PostgreSQLCluster()
      try cluster.psql("CREATE ROLE web LOGIN")
      if !pause { try cluster.psql("CREATE ROLE web_b LOGIN IN ROLE web") }
      scratch = try Scratch()
      try scratch.environment(
        "staging",
        """
        data: synthetic
        guard: {disruptive: none, destructive: none}
        database:
          main: {kind: postgresql, availability: single, socket: \(cluster.socket)}
        secrets:
          DB: {kind: database-password, \(pause ? "pause" : "overlap"): 1s, in: database/main, role: web, file: SCRATCH/DB.env}
        """)
    }

    func prepare() async throws {
      if delivered.isEmpty {
        try await scratch.start()
        try await eventually("it is delivered") { try await isAtRest() }
        try await scratch.end(SIGKILL)
      }
      before = delivered
      rotations += 1
    }

    private func takes(_ variables: [String: String]) -> Bool {
      cluster.logsIn(variables["DB_USER"] ?? "", variables["DB"] ?? "")
    }

    /// The server takes what is delivered and nothing else.
    func isAtRest() async throws -> Bool {
      let now = delivered
      guard now["DB"] != before["DB"], now["DB_PREVIOUS"] == nil, takes(now), !takes(before) else {
        return false
      }
      return try await scratch.steward("plan").end == .exited(0)
    }

    func checkKilled(_ name: String) {
      // Between a role's own two passwords is its declared pause.
      if !pause { #expect(takes(delivered), "\(name): what is delivered works") }
    }

    func checkAtRest(_ name: String) async throws {
      let why = try await scratch.steward("why", id).output.text
      #expect(why.contains("version \(rotations + 1) in force"), "\(name): \(why)")
      #expect(pause || delivered["DB_USER"] != before["DB_USER"], "\(name): it is the other account's turn")
    }
  }

  /// A server that has none of its settings.
  private final class Settings: Mortal {
    private let cluster: PostgreSQLCluster
    private(set) var scratch: Scratch
    let id = "staging/database/main"
    private static let wanted = [
      "work_mem": "8MB", "log_min_duration_statement": "250ms", "idle_in_transaction_session_timeout": "1min",
    ]

    init() throws {
      cluster = try PostgreSQLCluster()
      scratch = try Scratch()
    }

    func prepare() async throws {
      try cluster.psql("ALTER SYSTEM RESET ALL")
      try cluster.stop()
      try cluster.start()
      scratch = try Scratch()
      try scratch.environment(
        "staging",
        """
        data: synthetic
        guard: {disruptive: none, destructive: none}
        database:
          main:
            kind: postgresql
            availability: single
            socket: \(cluster.socket)
            settings: {work_mem: 8MB, log_min_duration_statement: 250ms, idle_in_transaction_session_timeout: 1min}
        """)
    }

    func isAtRest() async throws -> Bool { try await scratch.isAsWritten() }

    func checkKilled(_ name: String) throws {
      let before = try inForce()
      let after = try inForceAfterRestart()
      for (setting, value) in Self.wanted where before[setting] == value {
        #expect(after[setting] == value, "\(name): \(setting) is lost")
      }
    }

    func checkAtRest(_ name: String) throws {
      #expect(try inForce() == Self.wanted, "\(name)")
      #expect(try inForceAfterRestart() == Self.wanted, "\(name)")
    }

    private func inForce() throws -> [String: String] {
      try Self.wanted.reduce(into: [:]) { $0[$1.key] = try cluster.psql("SHOW \($1.key)") }
    }

    /// What is in force when the server has read its files anew.
    private func inForceAfterRestart() throws -> [String: String] {
      try cluster.stop("immediate")
      try cluster.start()
      return try inForce()
    }
  }
}
