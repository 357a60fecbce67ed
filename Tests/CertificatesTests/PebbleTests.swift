import Calendar
import Fixtures
import Glibc
import Host
import OpenSSL
import Reconciliation
import Testing

@testable import Certificates

@Suite(
  "Certificates of a real authority, shown by a real server", .serialized, .enabled(if: Authority.isWanted))
struct PebbleTests {
  let bench = Bench()

  @Test(
    "one that is due is renewed, installed privately and in one piece, read again, proved at the port, and left alone"
  )
  func renews() async throws {
    bench.selfSignedAndDue()
    let before = bench.folder.text("web.pem")
    let authority = try await Authority(in: bench.folder)
    let server = try await WebServer(bench.file, in: bench.folder)
    let spec = bench.spec(authority, serves: server.address, reload: server.reload)
    #expect(await bench.keep(spec).prefix(3) == ["issue", "install", "reload"])
    // A reload is told, and takes its time.
    try await eventually { await bench.isAtRest(spec) }

    let seen = try #require(await bench.look(spec))
    let certificate = try #require(seen.installed.certificate)
    #expect(seen.installed.status == .sound && seen.port?.certificate == certificate && seen.former == nil)
    #expect(certificate.hosts == ["www.example.org"])
    #expect(bench.permissions == 0o600)
    #expect(bench.folder.text("web.pem") != before)
    #expect(bench.folder.names.allSatisfy { !$0.hasPrefix(".") })
    // Whoever trusts the authority takes the chain that is served: it is whole.
    #expect(
      shell(
        "openssl s_client -connect \(server.address) -showcerts "
          + "</dev/null | grep -c 'BEGIN CERT' | grep -x 2", in: bench.folder))
    let plan = await bench.plan(spec)
    #expect(plan.actions.isEmpty && plan.findings.isEmpty && plan.state == .ready)
    let wake = try #require(plan.wakeAt)
    #expect(bench.clock.now < wake && wake <= certificate.notAfter - .seconds(30 * 86_400))
    #expect(authority.issued == 1)
  }

  @Test("a key with a file of its own is made once and kept: no reader meets one beside another's chain")
  func separateKey() async throws {
    let authority = try await Authority(in: bench.folder)
    let spec = bench.spec(authority, key: bench.folder.path("web.key"))
    #expect(await bench.keep(spec) == ["issue", "install", "finish"])
    let key = bench.folder.text("web.key")
    let chain = bench.folder.text("web.pem")
    #expect(key?.contains("PRIVATE KEY") == true && chain?.contains("PRIVATE KEY") == false)
    bench.clock.advance(by: .seconds(350 * 86_400))
    // Pebble's clock did not advance: what it gives now is due already, and is told as such.
    #expect(await bench.keep(spec).first == "issue")
    #expect(bench.folder.text("web.key") == key)
    #expect(await bench.plan(spec).findings.contains { $0.code == "odd" })
    #expect(authority.issued == 2)
  }

  @Test("one that its port does not show comes back out, and is tried again later without another order")
  func rollsBack() async throws {
    bench.selfSignedAndDue()
    let before = bench.folder.text("web.pem")
    let authority = try await Authority(in: bench.folder)
    let server = try await WebServer(bench.file, in: bench.folder)
    let deaf = bench.spec(authority, serves: server.address, reload: ["/bin/true"])
    #expect(await bench.keep(deaf) == ["issue", "install", "reload"])
    #expect(await bench.plan(deaf).waitingOn.count == 1)
    bench.clock.advance(by: CertificatesPlanning.patience)
    #expect(await bench.keep(deaf) == ["rollback"])
    #expect(bench.folder.text("web.pem") == before)
    let plan = await bench.plan(deaf)
    #expect(plan.findings.map(\.code).contains("rolled-back") && plan.state == .degraded)

    bench.clock.advance(by: .seconds(3_601))
    let spec = bench.spec(authority, serves: server.address, reload: server.reload)
    #expect(await bench.keep(spec).prefix(2) == ["install", "reload"])
    try await eventually { await bench.isAtRest(spec) }
    #expect(await bench.plan(spec).findings.isEmpty)
    #expect(authority.issued == 1)
  }

  @Test("a user that refuses the new one gets the former one back at once")
  func refusedByUser() async throws {
    bench.selfSignedAndDue()
    let before = bench.folder.text("web.pem")
    let authority = try await Authority(in: bench.folder)
    let spec = bench.spec(authority, reload: ["/bin/sh", "-c", "echo bad key >&2; exit 1"])
    #expect(await bench.keep(spec) == ["issue", "install", "reload!", "rollback"])
    #expect(bench.folder.text("web.pem") == before)
    let finding = await bench.plan(spec).findings.first { $0.code == "rolled-back" }
    #expect(finding?.message.contains("bad key") == true)
  }

  @Test("a port that is down is not known: nothing is taken back, and the new one is proved when it is up")
  func portDown() async throws {
    bench.selfSignedAndDue()
    let authority = try await Authority(in: bench.folder)
    let down = bench.spec(authority, serves: "127.0.0.1:\(freePort())", reload: ["/bin/true"])
    #expect(await bench.keep(down) == ["issue", "install", "reload"])
    bench.clock.advance(by: .seconds(7_200))
    var plan = await bench.plan(down)
    #expect(plan.actions.isEmpty && plan.findings.map(\.code) == ["port-unknown"] && plan.state == .waiting)
    #expect(await bench.look(down)?.former != nil)

    let server = try await WebServer(bench.file, in: bench.folder)
    let up = bench.spec(authority, serves: server.address, reload: ["/bin/true"])
    #expect(await bench.keep(up) == ["finish"])
    plan = await bench.plan(up)
    #expect(plan.findings.isEmpty && authority.issued == 1)
  }

  @Test("a wildcard is proved through DNS by the operator's program")
  func wildcard() async throws {
    let authority = try await Authority(in: bench.folder)
    let url = "http://127.0.0.1:\(authority.management)"
    bench.folder.write(
      """
      #!/bin/sh
      case $1 in
      present) exec /usr/bin/curl -sS -d "{\\"host\\": \\"$2\\", \\"value\\": \\"$3\\"}" \(url)/set-txt ;;
      *) exec /usr/bin/curl -sS -d "{\\"host\\": \\"$2\\"}" \(url)/clear-txt ;;
      esac
      """, to: "dns", mode: 0o755)
    let spec = bench.spec(
      authority, challenge: .dns(bench.folder.path("dns")), hosts: ["*.example.org", "example.org"])
    #expect(await bench.keep(spec) == ["issue", "install", "finish"])
    let certificate = await bench.look(spec)?.installed.certificate
    #expect(certificate?.covers("www.example.org") == true && certificate?.covers("a.b.example.org") == false)
  }

  @Test(
    "a file that was lost or spoiled is put back from what was issued, without an order; somebody else's is left alone"
  )
  func mends() async throws {
    let authority = try await Authority(in: bench.folder)
    let spec = bench.spec(authority)
    #expect(await bench.keep(spec) == ["issue", "install", "finish"])
    let whole = bench.folder.text("web.pem")
    unlink(bench.file)
    #expect(await bench.keep(spec) == ["install"])
    #expect(bench.folder.text("web.pem") == whole)
    bench.folder.write("spoiled\n", to: "web.pem")
    #expect(await bench.keep(spec) == ["install"])
    #expect(bench.folder.text("web.pem") == whole)
    chmod(bench.file, 0o644)
    #expect(await bench.plan(spec).findings.map(\.code) == ["exposed"])
    #expect(await bench.keep(spec) == ["protect"])
    #expect(bench.permissions == 0o640 && authority.issued == 1)

    let other = Bench()
    let foreign = other.spec(authority)
    other.folder.write("whatever this is\n", to: "web.pem")
    #expect(await other.keep(foreign).isEmpty)
    #expect(await other.plan(foreign).findings.map(\.code) == ["foreign"])
    other.folder.selfSign(days: 900, for: "DNS:db.example.org")
    #expect(await other.keep(foreign).isEmpty)
    #expect(await other.plan(foreign).findings.map(\.code) == ["foreign"])
    unlink(other.file)
    symlink("/etc/hostname", other.file)
    #expect(await other.keep(foreign).isEmpty)
    #expect(await other.plan(foreign).findings.map(\.code) == ["unusable"])
  }

  @Test("a new host, and a demand, each lead to one order")
  func reasons() async throws {
    let authority = try await Authority(in: bench.folder)
    await bench.keep(bench.spec(authority))
    let more = bench.spec(authority, hosts: ["www.example.org", "api.example.org"])
    #expect(await bench.plan(more).findings.map(\.code) == ["other-hosts"])
    #expect(await bench.keep(more) == ["issue", "install", "finish"])
    bench.clock.advance(by: .seconds(60))
    let demand = ["rotate": Demand(at: bench.clock.now - .seconds(1), owner: "ada", reason: "", sequence: 1)]
    let former = await bench.look(more)?.installed.certificate
    #expect(await bench.keep(more, demands: demand) == ["issue", "install", "finish"])
    let now = await bench.look(more)?.installed.certificate
    #expect(now != former && now?.publicKey != former?.publicKey)
    #expect(authority.issued == 3)

    // What a person put there lasts longer, and is replaced all the same by who asks.
    let other = Bench()
    let spec = other.spec(authority)
    other.folder.selfSign(days: 900)
    #expect(await other.keep(spec).isEmpty)
    let plea = ["rotate": Demand(at: other.clock.now - .seconds(1), owner: "ada", reason: "", sequence: 1)]
    #expect(await other.keep(spec, demands: plea) == ["issue", "install", "finish"])
    #expect(await other.keep(spec, demands: plea).isEmpty)
  }
}
