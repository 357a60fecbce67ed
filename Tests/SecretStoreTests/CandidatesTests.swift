import Calendar
import Fixtures
import SecretStore
import Testing

@Suite("Every value that a server may take")
struct CandidatesTests {
  /// A store in which somebody's rotation removes version 1 just before it is read.
  private struct Racing: SecretStore {
    let store: any SecretStore

    func versions(of secret: SecretID) async throws -> [SecretVersion] {
      try await store.versions(of: secret)
    }

    func value(of secret: SecretID, version: Int) async throws -> Secret {
      if version == 1 { try await store.remove(secret, version: 1) }
      return try await store.value(of: secret, version: version)
    }

    func add(
      _ value: Secret, to secret: SecretID, at created: Instant, user: String?
    ) async throws -> SecretVersion {
      try await store.add(value, to: secret, at: created, user: user)
    }

    func mark(
      _ secret: SecretID, version: Int, as phase: SecretVersion.Phase, overlapUntil: Instant?
    ) async throws {
      try await store.mark(secret, version: version, as: phase, overlapUntil: overlapUntil)
    }

    func remove(_ secret: SecretID, version: Int) async throws {
      try await store.remove(secret, version: version)
    }
  }

  @Test("one whose rotation ends meanwhile is passed over, and keeps nobody from the others")
  func removed() async throws {
    let state = ScratchFolder()
    let store = try state.store()
    for number in 1...2 {
      _ = try await store.add(Secret("value \(number)"), to: apiKey, at: morning)
      try await store.mark(apiKey, version: number, as: .current, overlapUntil: morning + .seconds(60))
    }
    #expect(try await store.candidates(of: apiKey) == [Secret("value 2"), Secret("value 1")])
    #expect(try await Racing(store: store).candidates(of: apiKey) == [Secret("value 2")])
  }
}
