import Fixtures
import FoundationEssentials
import Host
import Reconciliation
import Testing

@Suite("Secrets in a vault behind a program", .serialized)
struct VaultTests {
  private static let program = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "SecretStoreTests/vault").path()

  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write(
      "config/steward.yaml",
      """
      socket: \(scratch.socket)
      stores:
        secrets: {exec: [/usr/bin/python3, \(Self.program), \(scratch.folder)/vault]}
      """)
    return scratch
  }

  @Test(
    "an instance runs with what the vault keeps; a rotation goes through it; nothing of it lies in the daemon's state"
  )
  func keeps() async throws {
    let scratch = try scratch()
    try scratch.environment(
      "staging",
      """
      data: synthetic
      instances:
        web: {run: [SCRATCH/bin/web], secrets: [API_KEY], ready after: 100ms, stop within: 2s}
      secrets:
        API_KEY: {kind: api-key, every: 90d, overlap: 1h}
      """)
    try await scratch.start()
    try await eventually("an instance runs") { scratch.instances("staging/instances/web").count == 1 }
    let old = try #require(scratch.variable("API_KEY", of: scratch.instances("staging/instances/web")[0]))
    #expect(try await scratch.steward("rotate", "staging/API_KEY", "--reason", "a test").isSuccess)
    try await eventually("it has the new value") {
      let now = scratch.instances("staging/instances/web")
      return now.count == 1 && scratch.variable("API_KEY", of: now[0]) != old
    }
    try await eventually("nothing is left to do") { try await scratch.steward("plan").end == .exited(0) }
    let kept = try #require(try PlainFile.read("\(scratch.folder)/vault/staging/API_KEY", bytesMax: 1 << 20))
    #expect(String(decoding: kept, as: UTF8.self).contains(Data(old.utf8).base64EncodedString()))
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.state)/secrets"))
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.state)/secrets.key"))
  }

  @Test(
    "while the vault does not answer, secrets are unknown and nothing is made anew; afterwards the same value is in force"
  )
  func down() async throws {
    let scratch = try scratch()
    try scratch.environment(
      "staging", "data: synthetic\nsecrets:\n  API_KEY: {kind: api-key, every: 90d, file: SCRATCH/key.env}")
    try await scratch.start()
    let file = "\(scratch.folder)/key.env"
    try await eventually("it is delivered") { FileManager.default.fileExists(atPath: file) }
    try await eventually("nothing is left to do") { try await scratch.steward("plan").end == .exited(0) }
    let before = try PlainFile.read(file, bytesMax: 4_096)
    try FileManager.default.moveItem(atPath: "\(scratch.folder)/vault", toPath: "\(scratch.folder)/away")
    try Data().write(to: URL(filePath: "\(scratch.folder)/vault"))
    _ = try await scratch.steward("reconcile", "staging")
    try await eventually("it is unknown") {
      try await scratch.steward("status").output.text.contains("unknown")
    }
    try FileManager.default.removeItem(atPath: "\(scratch.folder)/vault")
    try FileManager.default.moveItem(atPath: "\(scratch.folder)/away", toPath: "\(scratch.folder)/vault")
    _ = try await scratch.steward("reconcile", "staging")
    try await eventually("nothing is left to do") { try await scratch.steward("plan").end == .exited(0) }
    #expect(try PlainFile.read(file, bytesMax: 4_096) == before)
  }
}
