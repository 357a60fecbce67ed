import Fixtures
import Glibc
import Host
import Testing

/// A real daemon, and a real server that lets nobody in over the network but by TLS, and the daemon by its certificate alone, as
/// `config/` has it.
@Suite(
  "A database that knows the daemon by its certificate", .serialized,
  .enabled(if: PostgreSQLCluster.isInstalled))
struct DatabaseCertificateTests {
  private let folder = ScratchFolder()
  private let certificate: PrivateCertificate
  private let cluster: PostgreSQLCluster
  private let scratch: Scratch

  init() throws {
    certificate = try PrivateCertificate(in: folder)
    cluster = try PostgreSQLCluster(["log_connections": "on"], certificate: certificate)
    // No superuser: it looks, sets passwords, and ends sessions.
    try cluster.psql("CREATE ROLE steward LOGIN CREATEROLE IN ROLE pg_monitor, pg_signal_backend")
    try cluster.psql("CREATE ROLE web LOGIN")
    try cluster.psql("CREATE ROLE web_b LOGIN IN ROLE web")
    folder.makeFolder(".postgresql")
    scratch = try Scratch()
    scratch.home = folder.path
    identify(try certificate.client("steward"))
  }

  /// Puts a certificate and its key where the daemon's libpq looks for them.
  private func identify(_ client: (file: String, key: String)) {
    Bytes.write(Bytes.read(client.file), to: folder.path(".postgresql/postgresql.crt"))
    Bytes.write(Bytes.read(client.key), to: folder.path(".postgresql/postgresql.key"))
  }

  private func start(_ encrypted: String?) async throws {
    try scratch.environment(
      "staging",
      """
      data: synthetic
      database:
        main:
          kind: postgresql
          availability: single
          host: 127.0.0.1
          port: \(cluster.port)
          admin: steward
          \(encrypted.map { "encrypted: \($0)" } ?? "")
      secrets:
        DB: {kind: database-password, overlap: 2s, in: database/main, role: web, file: SCRATCH/DB.env}
      """)
    try await scratch.start()
  }

  /// Waits until the account's password is delivered and works, and nothing is left to do.
  private func isAtRest(with user: String) async throws {
    try await eventually("\(user) logs in with what is delivered") {
      let now = scratch.variables(in: "DB.env")
      guard now["DB_USER"] == user, cluster.logsIn(user, now["DB"] ?? "") else { return false }
      return try await scratch.steward("plan").end == .exited(0)
    }
    let status = try await scratch.steward("status", "--json").output.text
    #expect(!status.contains("unreachable") && !status.contains("server-unknown"), "\(status)")
  }

  @Test(
    "is looked at, and a role's password set and rotated in it, whether or not `encrypted` is written",
    arguments: [nil, "in transit"])
  func kept(encrypted: String?) async throws {
    try await start(encrypted)
    try await isAtRest(with: "web_b")
    #expect(try await scratch.steward("rotate", "staging/secrets/DB").isSuccess)
    try await isAtRest(with: "web")
    let why = try await scratch.steward("why", "staging/database/main").output.text
    #expect(why.contains("PostgreSQL 15"), "\(why)")
    #expect(cluster.log.contains(#"identity="CN=steward" method=cert"#))
  }

  @Test(
    "a certificate, a key or an authority that does not do makes it unknown, and one finding says which it is",
    arguments: [nil, "in transit"])
  func refused(encrypted: String?) async throws {
    try await start(encrypted)
    try await isAtRest(with: "web_b")
    let before = scratch.variables(in: "DB.env")
    func unknown(_ words: String) async throws {
      _ = try await scratch.steward("reconcile", "staging")
      try await eventually("it is unknown: \(words)") {
        let why = try await scratch.steward("why", "staging/database/main").output.text
        return why.contains("not known") && why.contains(words)
      }
      let status = try await scratch.steward("status", "--json").output.text
      #expect(status.ranges(of: "\"unreachable\"").count == 1, "\(status)")
      #expect(scratch.variables(in: "DB.env") == before)
    }
    let (good, others) = (try certificate.client("steward"), try PrivateCertificate(in: folder, "other"))
    identify(try others.client("steward"))
    try await unknown("it does not accept the certificate in ~/.postgresql/postgresql.crt")
    identify(try certificate.client("web"))
    try await unknown(#"certificate authentication failed for user "steward""#)
    identify(good)
    chmod(folder.path(".postgresql/postgresql.key"), 0o644)
    try await unknown("postgresql.key\" has group or world access")
    unlink(folder.path(".postgresql/postgresql.crt"))
    try await unknown("connection requires a valid client certificate")
    identify(good)
    Bytes.write(Bytes.read(others.authority), to: folder.path(".postgresql/root.crt"))
    try await unknown("no authority in ~/.postgresql/root.crt proves its certificate")
    Bytes.write(Bytes.read(certificate.authority), to: folder.path(".postgresql/root.crt"))
    _ = try await scratch.steward("reconcile", "staging")
    try await eventually("it is looked at again") {
      try await scratch.steward("why", "staging/database/main").output.text.contains("PostgreSQL 15")
    }
    #expect(scratch.variables(in: "DB.env") == before)
    try await isAtRest(with: "web_b")
  }
}
