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
    let port = freePort()
    server = RedisServer(
      "tls-port \(port)", "tls-cert-file \(certificate.file)", "tls-key-file \(certificate.key)",
      "tls-ca-cert-file \(certificate.authority)", "tls-auth-clients no")
    address = .network(host: "127.0.0.1", port: port)
  }

  @Test("is looked at and kept like any other")
  func keeps() async throws {
    var spec = spec(.single, [address], memory: 64 << 20)
    spec.trust = certificate.authority
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
      var spec = spec(.single, [address])
      spec.trust = trust
      guard case .unknown(let reason, _) = await controller().observe(resource(spec)) else {
        Issue.record("with \(trust ?? "nothing") it is known")
        continue
      }
      #expect(reason.contains(words), "\(reason)")
    }
    // A server that knows no TLS.
    let clear = RedisServer(listens: true)
    var spec = spec(.single, [.network(host: "127.0.0.1", port: clear.port)])
    spec.trust = certificate.authority
    #expect(await controller().observe(resource(spec)).value == nil)
  }
}
