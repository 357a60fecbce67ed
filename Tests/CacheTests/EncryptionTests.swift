import Fixtures
import Host
import Reconciliation
import Redis
import Testing

@testable import Cache

/// Against a real server that takes nothing in the clear but on its Unix socket.
@Suite("A cache that is spoken to by TLS", .enabled(if: RedisServer.isAvailable))
struct EncryptionTests {
  private let folder = ScratchFolder()
  private let server: RedisServer
  private let address: RedisAddress
  private let certificate: PrivateCertificate

  init() throws {
    certificate = try PrivateCertificate(in: folder)
    server = RedisServer(listens: true, certificate: certificate)
    address = .network(host: "127.0.0.1", port: server.port)
  }

  @Test("is looked at and kept like any other")
  func keeps() async throws {
    let spec = spec(.single, [address], memory: 64 << 20, trust: certificate.authority)
    #expect(try await controller().keep(spec).map(\.setting) == ["maxmemory"])
    #expect(try await controller().keep(spec).isEmpty)
  }

  @Test("with another authority, none, or no TLS at all it is unknown, and says why")
  func distrusted() async throws {
    let other = try PrivateCertificate(in: folder, "other")
    for (trust, words) in [
      (
        other.authority, "no TLS with a certificate that \(other.authority) proves: certificate verify failed"
      ),
      (folder.path("none.pem"), "none.pem proves: Invalid CA Certificate"), (nil, ""),
    ] {
      let spec = spec(.single, [address], trust: trust)
      guard case .unknown(let reason, _) = await controller().observe(resource(spec)) else {
        Issue.record("with \(trust ?? "nothing") it is known")
        continue
      }
      #expect(reason.contains(words), "\(reason)")
    }
  }

  @Test(
    "a server without TLS is unknown, which is one finding that says so; it is told no password in the clear")
  func clear() async throws {
    let clear = RedisServer(listens: true)
    let spec = spec(
      .single, [.network(host: "127.0.0.1", port: clear.port)],
      login: RedisServers.Login(user: "steward", secret: "REDIS"), trust: certificate.authority)
    let plan = await controller(password: "canary").plan(spec)
    #expect(plan.state == .unknown && plan.findings.map(\.code) == ["unreachable"])
    #expect(plan.findings.first?.message.contains("it speaks no TLS") == true, "\(plan.headline)")
    let person = RedisClient(SubprocessRunner())
    let asked = try await person.ask(.socket(clear.socket), [["INFO", "commandstats"]])[0].fields
    #expect(asked["cmdstat_info"] == nil && asked["cmdstat_auth"] == nil, "\(asked)")
  }
}
