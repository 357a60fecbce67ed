import Calendar
import Fixtures
import Glibc
import Host
import Reconciliation
import Testing

@testable import Certificates

@Suite("Authorities that give no certificate", .serialized, .enabled(if: Authority.isWanted))
struct RefusalTests {
  let bench = Bench()

  /// Tries for four days, an hour at a time. Returns how often the authority was asked.
  private func attempts(_ spec: CertificatesSpec) async -> Int {
    var count = 0
    for _ in 0..<(4 * 24) {
      let done = await bench.keep(spec)
      #expect(done.isEmpty || done == ["issue!"])
      count += done.count
      bench.clock.advance(by: .seconds(3_600))
    }
    return count
  }

  @Test("one that cannot be convinced is asked less and less often; the certificate in force is untouched")
  func refuses() async throws {
    bench.selfSignedAndDue()
    let before = bench.folder.text("web.pem")
    let authority = try await Authority(in: bench.folder)
    let spec = bench.spec(authority, challenge: .http("127.0.0.1:\(freePort())"))
    #expect(await bench.keep(spec) == ["issue!"])
    let plan = await bench.plan(spec)
    let finding = try #require(plan.findings.first { $0.code == "refused" })
    #expect(finding.message.contains("connection refused"), "\(finding.message)")
    #expect(plan.actions.isEmpty && plan.waitingOn.count == 1)
    #expect(bench.folder.text("web.pem") == before)
    #expect(authority.issued == 0)
  }

  @Test("one that is down is asked often at first, then once a day, and at once when somebody asks")
  func unreachable() async throws {
    bench.selfSignedAndDue()
    let authority = try await Authority(in: bench.folder)
    authority.end()
    let spec = bench.spec(authority)
    let count = await attempts(spec)
    // By the hour: seven times while the pause is shorter, then after one, two, four hours … a day.
    #expect((12...16).contains(count), "\(count)")
    #expect(await bench.plan(spec).findings.map(\.code).contains("unreachable"))
    #expect(await bench.keep(spec).count <= 1)
    bench.clock.advance(by: .seconds(10))
    let demand = ["rotate": Demand(at: bench.clock.now, owner: "ada", reason: "", sequence: 1)]
    bench.clock.advance(by: .seconds(10))
    #expect(await bench.keep(spec, demands: demand) == ["issue!"])
  }

  @Test("one that limits us is obeyed: not before it says, a week at most")
  func limits() async throws {
    bench.selfSignedAndDue()
    let authority = try await Authority(in: bench.folder)
    // A real authority's front door that has had enough; its certificate is the one that lego trusts.
    let front = freePort()
    let until = bench.clock.now + .seconds(2 * 86_400)
    let words = "\(until)".prefix(19).replacing("T", with: " ")
    let server = try await WebServer(
      bench.file, in: bench.folder,
      extra: """
        server { listen 127.0.0.1:\(front) ssl; ssl_certificate acme.pem; ssl_certificate_key acme.key;
          location / { proxy_pass https://127.0.0.1:\(authority.port); proxy_set_header Host $http_host; }
          location /order-plz {
            default_type application/problem+json; add_header Retry-After 172800 always;
            return 429 '{"type": "urn:ietf:params:acme:error:rateLimited", "status": 429,
              "detail": "too many certificates (5) already issued for this exact set, retry after \(words) UTC"}';
          } }
        """)
    defer { server.end() }
    var spec = bench.spec(authority)
    spec.authority?.directory = "https://127.0.0.1:\(front)/dir"
    #expect(await bench.keep(spec) == ["issue!"])
    let plan = await bench.plan(spec)
    #expect(plan.findings.map(\.code).contains("rate-limited"))
    let wait = try #require(plan.waitingOn.first?.until)
    #expect(wait.seconds == until.seconds, "\(wait)")
    bench.clock.advance(to: until - .seconds(60))
    #expect(await bench.keep(spec).isEmpty)
    bench.clock.advance(by: .seconds(61))
    #expect(await bench.keep(spec) == ["issue!"])
  }

  @Test(
    "what it backdates so far that it is due when it comes is told, and is no reason to ask again within the day"
  )
  func backdates() async throws {
    let authority = try await Authority(in: bench.folder, life: 90 * 86_400)
    bench.clock.advance(by: .seconds(80 * 86_400))
    let spec = bench.spec(authority)
    #expect(await bench.keep(spec).first == "issue")
    let plan = await bench.plan(spec)
    #expect(plan.actions.isEmpty)
    #expect(
      plan.findings.first { $0.code == "odd" }?.message.contains("was due to be renewed when it came") == true
    )
    #expect(authority.issued == 1)
  }

  @Test("what is not valid yet waits for its time, whosever clock is wrong")
  func notYet() async throws {
    let authority = try await Authority(in: bench.folder)
    bench.clock.set(to: bench.clock.now - .seconds(86_400))
    let spec = bench.spec(authority)
    #expect(await bench.keep(spec) == ["issue"])
    let plan = await bench.plan(spec)
    #expect(plan.actions.isEmpty && plan.findings.map(\.code).contains("odd"))
    bench.clock.advance(by: .seconds(86_400 + 30))
    #expect(await bench.keep(spec) == ["install", "finish"])
    #expect(authority.issued == 1)
    #expect(await bench.plan(spec).findings.isEmpty)
  }
}
