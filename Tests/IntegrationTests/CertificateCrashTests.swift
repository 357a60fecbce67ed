import Fixtures
import FoundationEssentials
import Glibc
import Host
import Testing

/// Renewals of a daemon that is killed at its own points (`STEWARD_CRASH_AT`).
@Suite("A renewal that is killed anywhere", .serialized, .enabled(if: Authority.isWanted))
struct CertificateCrashTests {
  @Test("has one order, a key and a certificate that fit at any moment, and then rest")
  func everyPoint() async throws {
    let lives = try await RenewalLives()
    try await Kills(in: lives).run("renewals of a certificate", usually: 8, pointsMin: 30) { point in
      point.contains("certificates.")
    }
  }
}

/// Daemons one after the other that renew a certificate for one of two hosts, at one authority and by one account, so that an
/// order takes half a second: authorizations that were given count again.
private final class RenewalLives: Mortal {
  let id = "staging/certificates/web"
  private(set) var scratch: Scratch
  private let servers = ScratchFolder()
  private let authority: Authority
  private let server: WebServer
  private var issuedBefore = 0

  init() async throws {
    scratch = try Scratch()
    servers.selfSign()
    #expect(shell("cp web.pem old.pem", in: servers))
    authority = try await Authority(in: servers)
    server = try await WebServer(servers.path("web.pem"), in: servers)

    try prepare()
    try await scratch.start()
    try await eventually("a first certificate comes", within: .seconds(150)) { try await isAtRest() }
    try await scratch.end(SIGKILL)
    try FileManager.default.copyItem(atPath: accounts, toPath: servers.path("accounts"))
  }

  private var state: String { "\(scratch.state)/certificates/staging" }
  private var accounts: String { "\(state)/accounts" }

  func prepare() throws {
    scratch = try Scratch()
    if access(servers.path("accounts"), F_OK) == 0 {
      try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: servers.path("accounts"), toPath: accounts)
    }
    #expect(
      shell(
        "cat old.pem > web.pem && chmod 600 web.pem && \(server.reload.joined(separator: " "))", in: servers))
    try scratch.environment(
      "staging",
      """
      data: synthetic
      certificates:
        web: \(server.entry(of: authority, file: servers.path("web.pem")))
      """)
    issuedBefore = authority.issued
  }

  /// Whether the file is for both hosts, its port shows it, and nothing is left to do.
  func isAtRest() async throws -> Bool {
    guard servers.text("web.pem") != servers.text("old.pem"),
      shell("openssl x509 -in web.pem -noout -ext subjectAltName | grep -q api.example.org", in: servers),
      try await scratch.isAsWritten()
    else { return false }
    return try await scratch.steward("why", id).output.text.contains("the one in the file")
  }

  func checkKilled(_ name: String) { checkPair(name) }

  func checkAtRest(_ name: String) {
    checkPair(name)
    #expect(authority.issued == issuedBefore + 1, "\(name): one order")
    let names = ScratchFolder.names(in: "\(state)/orders/web")
    #expect(!names.contains("former.pem"), "\(name): \(names)")
  }

  /// Whoever reads the file at any moment gets a key with the certificate that belongs to it.
  private func checkPair(_ name: String) {
    let fits = shell(
      "openssl x509 -in web.pem -noout -pubkey > a && openssl pkey -in web.pem -pubout > b && cmp a b",
      in: servers)
    #expect(fits, "\(name)")
  }
}
