import Fixtures
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import Testing

@Suite("Certificates are kept as written", .serialized, .enabled(if: Authority.isWanted))
struct CertificateTests {
  let servers = ScratchFolder()

  /// A certificate for one of two hosts, shown by a web server.
  private func halfCertified() async throws -> WebServer {
    servers.selfSign()
    return try await WebServer(servers.path("web.pem"), in: servers)
  }

  private func write(_ scratch: Scratch, _ authority: Authority, _ server: WebServer) throws {
    try scratch.environment(
      "staging",
      """
      data: synthetic
      certificates:
        web: \(server.entry(of: authority, file: servers.path("web.pem")))
      """)
  }

  /// Whether the file is for both hosts, its port shows it, and nothing is left to do.
  private func isAtRest(_ scratch: Scratch) async throws -> Bool {
    guard shell("openssl x509 -in web.pem -noout -ext subjectAltName | grep -q api.example.org", in: servers)
    else {
      return false
    }
    let plan = try await scratch.steward("plan")
    let why = try await scratch.steward("why", "staging/certificates/web")
    return plan.end == .exited(0) && why.output.text.contains("the one in the file")
  }

  @Test(
    "a certificate comes from its authority to its port, once, though the daemon is killed in the middle of the order"
  )
  func killedInTheMiddle() async throws {
    let authority = try await Authority(in: servers)
    let server = try await halfCertified()
    let scratch = try Scratch()
    try write(scratch, authority, server)
    try await scratch.start()
    try await eventually("the authority is asked") { authority.isAsked }
    try await scratch.end(SIGKILL)
    try await scratch.start()
    try await eventually("it is at its port, and nothing is left to do", within: .seconds(150)) {
      try await isAtRest(scratch)
    }
    #expect(authority.issued == 1)
    let status = try await scratch.steward("status").output.text
    #expect(status.contains(" left"), "\(status)")
    let forecast = try await scratch.steward("forecast", "--days", "366").output.text
    #expect(forecast.contains("ask for a certificate for www.example.org, api.example.org"), "\(forecast)")
    #expect(try await scratch.steward("events", "verify").isSuccess)
    let events = try await scratch.steward("events", "staging/certificates").output.text
    #expect(!events.contains("PRIVATE KEY") && !scratch.said.contains("PRIVATE KEY"))
  }

  @Test(
    "killed again and again, wherever it is, the daemon comes to rest with one order and a pair that fits")
  func killedAnywhere() async throws {
    let authority = try await Authority(in: servers)
    let server = try await halfCertified()
    let scratch = try Scratch()
    try write(scratch, authority, server)
    for round in 0..<12 {
      let daemon = try scratch.spawn()
      try await Task.sleep(for: .milliseconds(120 + 90 * round))
      kill(daemon, SIGKILL)
      _ = try await scratch.wait(daemon)
      #expect(
        shell(
          "openssl x509 -in web.pem -noout -pubkey > a && openssl pkey -in web.pem -pubout > b && cmp a b",
          in: servers),
        "round \(round)")
    }
    try await scratch.start()
    try await eventually("nothing is left to do", within: .seconds(150)) { try await isAtRest(scratch) }
    #expect(authority.issued == 1)
    #expect(
      shell("openssl x509 -in web.pem -noout -ext subjectAltName | grep -q api.example.org", in: servers))
    #expect(try await scratch.steward("events", "verify").isSuccess)
  }
}
