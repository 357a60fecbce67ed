import Fixtures
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import Testing

/// Renewals of a daemon that is killed at its own points (`STEWARD_CRASH_AT`), against one authority and one account, so
/// that an order takes half a second: authorizations that were given count again.
@Suite("A renewal that is killed anywhere", .serialized, .enabled(if: Authority.isWanted))
struct CertificateCrashTests {
  let servers = ScratchFolder()

  /// One renewal, from a certificate for one of two hosts to rest.
  private final class Renewal {
    let scratch: Scratch
    let servers: ScratchFolder
    let authority: Authority
    let issuedBefore: Int

    /// - Parameter account: the state of a renewal before, whose account is used on.
    init(_ servers: ScratchFolder, _ authority: Authority, _ server: WebServer, account: Renewal?) throws {
      scratch = try Scratch()
      self.servers = servers
      self.authority = authority
      issuedBefore = authority.issued
      let folder = "state/certificates/staging"
      if let account {
        try FileManager.default.createDirectory(
          atPath: "\(scratch.folder)/\(folder)", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          atPath: "\(account.scratch.folder)/\(folder)/accounts",
          toPath: "\(scratch.folder)/\(folder)/accounts")
      }
      #expect(
        shell(
          "cat old.pem > web.pem && chmod 600 web.pem && \(server.reload.joined(separator: " "))", in: servers
        ))
      try scratch.environment(
        "staging",
        """
        data: synthetic
        certificates:
          web: \(server.entry(of: authority, file: servers.path("web.pem")))
        """)
    }

    /// Runs a daemon until it kills itself at `point`, or has come to rest without passing it.
    func run(upTo point: String) async throws {
      setenv("STEWARD_CRASH_AT", "\(point)#1", 1)
      defer { unsetenv("STEWARD_CRASH_AT") }
      let daemon = try scratch.spawn()
      var status: Int32 = 0
      var isDead = false
      try await eventually("\(point) is passed, or all is done", within: .seconds(150)) {
        if waitpid(daemon, &status, WNOHANG) == daemon { isDead = true }
        if isDead { return true }
        return try await isAtRest()
      }
      guard !isDead else { return }
      kill(daemon, SIGKILL)
      _ = try await scratch.wait(daemon)
    }

    /// Whether the file is for both hosts, its port shows it, and nothing is left to do.
    func isAtRest() async throws -> Bool {
      guard
        shell("openssl x509 -in web.pem -noout -ext subjectAltName | grep -q api.example.org", in: servers)
      else {
        return false
      }
      let plan = try await scratch.steward("plan")
      let why = try await scratch.steward("why", "staging/certificates/web")
      return plan.end == .exited(0) && why.output.text.contains("the one in the file")
    }

    /// Starts a daemon again and waits for rest.
    func end(after points: String) async throws {
      #expect(pairFits, "\(points)")
      try await scratch.start()
      try await eventually("\(points): it comes to rest", within: .seconds(150)) { try await self.isAtRest() }
      try await scratch.end(SIGKILL)
      #expect(authority.issued == issuedBefore + 1, "\(points): one order")
      #expect(pairFits, "\(points)")
      let names = ScratchFolder.names(in: "\(scratch.state)/certificates/staging/orders/web")
      #expect(!names.contains("former.pem"), "\(points): \(names)")
    }

    /// Whoever reads the file at any moment gets a key with the certificate that belongs to it.
    private var pairFits: Bool {
      shell(
        "openssl x509 -in web.pem -noout -pubkey > a && openssl pkey -in web.pem -pubout > b && cmp a b",
        in: servers)
    }
  }

  @Test("after each step, and at pairs of any points, there is one order, a pair that fits, and rest")
  func points() async throws {
    #expect(
      shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -days 90 -subj / "
          + "-addext subjectAltName=DNS:www.example.org && cat k.pem c.pem > old.pem && cat old.pem > web.pem",
        in: servers))
    let authority = try await Authority(in: servers)
    let server = try await WebServer(servers.path("web.pem"), in: servers)

    let first = try Renewal(servers, authority, server, account: nil)
    setenv("STEWARD_CRASH_TRACE", servers.path("points"), 1)
    try await first.end(after: "a first renewal")
    unsetenv("STEWARD_CRASH_TRACE")
    let traced = try #require(servers.text("points")).split(separator: "\n").map(String.init)
    let passed = Set(traced.filter { $0.contains("certificates.") })
    // Before a step is after the one before it.
    let steps = passed.filter { $0.split(separator: "/").count <= 2 && $0.hasSuffix(":after") }.sorted()
    #expect(steps.count >= 12, "\(passed.sorted())")

    for point in steps {
      let renewal = try Renewal(servers, authority, server, account: first)
      try await renewal.run(upTo: point)
      try await renewal.end(after: point)
    }
    var dice = Dice(seed: Dice.seed)
    let all = passed.sorted()
    for _ in 0..<6 {
      let pair = [all.randomElement(using: &dice)!, all.randomElement(using: &dice)!]
      let renewal = try Renewal(servers, authority, server, account: first)
      for point in pair { try await renewal.run(upTo: point) }
      try await renewal.end(after: pair.joined(separator: " and "))
    }
    Figure.tell("certificates: killed renewals, one order each", "\(steps.count + 6)")
  }
}
