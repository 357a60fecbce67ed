import Fixtures
import FoundationEssentials
import Glibc
import Host
import Testing

@Suite("A cache's password by TLS", .serialized, .enabled(if: RedisServer.isAvailable))
struct EncryptedCacheTests {
  @Test("is rotated by a real daemon at a server that takes nothing in the clear over the network")
  func rotates() async throws {
    let folder = ScratchFolder()
    let certificate = try PrivateCertificate(in: folder)
    let server = RedisServer(listens: true, certificate: certificate)
    let person = try #require(RedisSession(server.socket))
    #expect(person.ask("ACL", "SETUSER", "web", "on", "~*", "+@all", "-@admin") == "+OK")
    #expect(person.ask("ACL", "SAVE") == "+OK")
    let scratch = try Scratch()
    try scratch.environment(
      "staging",
      """
      data: synthetic
      cache:
        main: {kind: redis, topology: single, servers: ["127.0.0.1:\(server.port)"], trust: \(certificate.authority)}
      secrets:
        CACHE: {kind: database-password, overlap: 1s, in: cache/main, role: web, file: SCRATCH/CACHE.env}
      """)
    func delivered() -> String? {
      let lines = String(decoding: Bytes.read("\(scratch.folder)/CACHE.env"), as: UTF8.self).split(
        separator: "\n")
      return lines.first { $0.hasPrefix("CACHE=") }.map { String($0.dropFirst(6)) }
    }
    try await scratch.start()
    var before: String?
    for _ in 0..<2 {
      try await eventually("what is delivered works, and nothing is left to do") {
        let now = delivered()
        guard let now, now != before, RedisSession(server.socket)?.login("web", now) == true else {
          return false
        }
        return try await scratch.steward("plan").end == .exited(0)
      }
      before = delivered()
      #expect(try await scratch.steward("rotate", "staging/secrets/CACHE").isSuccess)
    }
  }
}
