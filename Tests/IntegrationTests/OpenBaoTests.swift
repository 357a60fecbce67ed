import Fixtures
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import Testing

/// A real daemon whose secrets are in a real server of OpenBao.
@Suite("Secrets in a vault", .serialized, .enabled(if: OpenBao.isAvailable))
struct OpenBaoTests {
  /// A server, and an environment with a secret in a file and an instance that needs no secret.
  private final class Town: Mortal {
    let bao: OpenBao
    let scratch: Scratch
    let id = "staging/secrets/API_KEY"
    private var before: String?
    private var rotations = 0
    var request: [String]? { ["rotate", id] }
    var file: String { "\(scratch.folder)/key.env" }
    var delivered: String? {
      let lines = String(decoding: Bytes.read(file), as: UTF8.self).split(separator: "\n")
      return lines.first { $0.hasPrefix("API_KEY=") }.map { String($0.dropFirst(8)) }
    }

    init() throws {
      bao = try OpenBao()
      scratch = try Scratch()
      try bao.admit("staging")
      try scratch.write(
        "config/steward.yaml",
        """
        socket: \(scratch.socket)
        stores:
          secrets:
            vault:
              address: \(bao.address)
              trust: \(bao.trust)
              login:
                role id file: \(bao.folder.path)/{environment}.role-id
                secret id file: \(bao.folder.path)/{environment}.secret-id
        """)
      try scratch.environment(
        "staging",
        """
        data: synthetic
        instances:
          web: {run: [SCRATCH/bin/web], ready after: 100ms, stop within: 2s}
        secrets:
          API_KEY: {kind: api-key, every: 90d, overlap: 1s, file: SCRATCH/key.env}
        """)
    }

    func prepare() async throws {
      if delivered == nil {
        try await scratch.start()
        try await eventually("it is delivered") { try await isAtRest() }
        try await scratch.end(SIGKILL)
      }
      // What a crash left is removed by the same action each time: it is not to wait for what was before.
      try await scratch.start()
      #expect(try await scratch.steward("reconcile", id).isSuccess)
      try await scratch.end(SIGKILL)
      before = delivered
      rotations += 1
    }

    func isAtRest() async throws -> Bool { try await isAtRest(after: before) }

    func checkAtRest(_ name: String) async throws {
      let why = try await scratch.steward("why", id).output.text
      #expect(why.contains("version \(rotations + 1) in force"), "\(name): \(why)")
    }

    var isIdle: Bool {
      get async throws { try await scratch.steward("plan").end == .exited(0) }
    }

    /// Whether another value than `old` is delivered, is what the vault keeps and all that it keeps, and nothing is to be done.
    func isAtRest(after old: String?) async throws -> Bool {
      guard let delivered, delivered != old, try await isIdle else { return false }
      let kept = try bao.bao("kv", "get", "-mount=secret", "-format=json", "steward/staging/API_KEY")
      guard kept.contains(Data(delivered.utf8).base64EncodedString()) else { return false }
      if let old, kept.contains(Data(old.utf8).base64EncodedString()) { return false }
      return try readable == 1
    }

    /// The engine's versions of the secret.
    var versions: [String: JSON] {
      get throws {
        let said = try bao.bao(
          "kv", "metadata", "get", "-mount=secret", "-format=json", "steward/staging/API_KEY")
        return try JSON(parsing: Array(said.utf8))["data"]["versions"].members
      }
    }

    /// How many of them can be read.
    var readable: Int {
      get throws { try versions.values.count { $0["destroyed"] != true } }
    }
  }

  @Test(
    "rotations go through it, nothing of the former value stays in it, and nothing at all in the daemon's state"
  )
  func keeps() async throws {
    let town = try Town()
    try await town.scratch.start()
    try await eventually("it is delivered") { try await town.isAtRest(after: nil) }
    for _ in 0..<2 {
      let before = town.delivered
      #expect(try await town.scratch.steward("rotate", "staging/API_KEY").isSuccess)
      try await eventually("it is rotated") { try await town.isAtRest(after: before) }
    }
    #expect(!FileManager.default.fileExists(atPath: "\(town.scratch.state)/secrets"))
    #expect(!FileManager.default.fileExists(atPath: "\(town.scratch.state)/secrets.key"))
    let value = try #require(town.delivered)
    let token = try #require(town.bao.folder.text("staging.secret-id")).filter { $0 != "\n" }
    for name in ["events.sqlite", "events.sqlite-wal"] {
      let text = String(decoding: Bytes.read("\(town.scratch.state)/\(name)"), as: UTF8.self)
      #expect(!text.contains(value) && !text.contains(token))
    }
    #expect(!town.scratch.said.contains(value) && !town.scratch.said.contains(token))
  }

  @Test(
    "sealed, down, mute, forbidden, written over or put back to an older copy, it makes secrets unknown or is caught up with; instances go on; afterwards nothing was made anew"
  )
  func faults() async throws {
    let town = try Town()
    try await town.scratch.start()
    try await eventually("it is delivered") { try await town.isAtRest(after: nil) }
    let before = town.delivered
    func unknown(_ words: String) async throws {
      _ = try await town.scratch.steward("reconcile", "staging")
      try await eventually("it is unknown: \(words)") {
        let why = try await town.scratch.steward("why", "staging/secrets/API_KEY").output.text
        return why.contains("not known") && why.contains(words)
      }
      let status = try await town.scratch.steward("status", "--json").output.text
      #expect(status.ranges(of: "\"unreadable\"").count == 1, "\(status)")
      #expect(town.scratch.instances("staging/instances/web").count == 1)
      #expect(town.delivered == before)
    }
    func mended() async throws {
      _ = try await town.scratch.steward("reconcile", "staging")
      try await eventually("all is as before") { try await town.isIdle }
      #expect(town.delivered == before)
    }
    try town.bao.seal()
    try await unknown("somebody must unseal it")
    try town.bao.unseal()
    try await mended()
    town.bao.stop()
    try await unknown("cannot be reached")
    try town.bao.start()
    try await mended()
    town.bao.freeze()
    try await unknown("cannot be reached")
    town.bao.resume()
    try await mended()
    // Tokens are over at once, and a policy is taken away.
    try town.bao.bao("policy", "delete", "steward-staging")
    try await unknown("staging.role-id may not GET secret/data/steward/staging/API_KEY")
    try town.bao.admit("staging")
    try await mended()
    try town.bao.bao("lease", "revoke", "-sync", "-prefix", "auth/approle")
    try await mended()
    try town.bao.bao("kv", "put", "-mount=secret", "steward/staging/API_KEY", "password=x")
    try await unknown("is not steward's")
    let number = try #require(try town.versions.keys.compactMap { Int($0) }.max())
    try town.bao.bao("kv", "rollback", "-mount=secret", "-version=\(number - 1)", "steward/staging/API_KEY")
    try await mended()
    // What that left is destroyed by a look of its own.
    try await eventually("one version can be read") { try town.readable == 1 }

    // The whole server comes back from yesterday, before a rotation.
    try town.bao.bao("operator", "raft", "snapshot", "save", town.bao.folder.path("snapshot"))
    #expect(try await town.scratch.steward("rotate", "staging/API_KEY").isSuccess)
    try await eventually("it is rotated") { try await town.isAtRest(after: before) }
    let second = town.delivered
    try town.bao.bao("operator", "raft", "snapshot", "restore", town.bao.folder.path("snapshot"))
    try town.bao.unseal()
    _ = try await town.scratch.steward("reconcile", "staging")
    try await eventually("a third value comes into force") {
      try await town.isAtRest(after: second) && town.delivered != before
    }
  }

  @Test(
    "killed before and after each step of the conversation, it comes to one new value, with no other left in the vault"
  )
  func kills() async throws {
    try await Kills(in: Town()).run("a rotation in a vault", usually: 6, pointsMin: 16) { point in
      point.split(separator: "/").last?.hasPrefix("vault.") == true
    }
  }

  @Test("with another environment's login, an environment is told that it may not, and the other is kept")
  func apart() async throws {
    let town = try Town()
    for kind in ["role-id", "secret-id"] {
      town.bao.folder.write(
        town.bao.folder.text("staging.\(kind)") ?? "", to: "production.\(kind)", mode: 0o600)
    }
    try town.scratch.environment(
      "production",
      "data: synthetic\nsecrets:\n  API_KEY: {kind: api-key, every: 90d, file: SCRATCH/production.env}")
    try await town.scratch.start()
    try await eventually("staging's is delivered") { town.delivered != nil }
    try await eventually("production is told") {
      try await town.scratch.steward("why", "production/secrets/API_KEY").output.text.contains(
        "production.role-id may not GET secret/data/steward/production/API_KEY")
    }
    #expect(access("\(town.scratch.folder)/production.env", F_OK) != 0)
    try town.bao.admit("production")
    #expect(try await town.scratch.steward("reconcile", "production").isSuccess)
    try await eventually("production's is delivered, by the role of its own") {
      access("\(town.scratch.folder)/production.env", F_OK) == 0
    }
  }
}
