import Calendar
import Cryptography
import Fixtures
import Glibc
import SecretStore
import Testing

@Suite("Sealed secrets")
struct SealedStoreTests {
  let state = ScratchFolder()

  @Test("a rotation leads from pending to current, with the version before it valid until its overlap ends")
  func rotation() async throws {
    let store = try state.store()
    #expect(try await store.versions(of: apiKey).isEmpty)
    for number in 1...2 {
      let version = try await store.add(Secret("value \(number)"), to: apiKey, at: morning + .seconds(number))
      #expect(version == SecretVersion(number: number, created: morning + .seconds(number), phase: .pending))
      for phase in [SecretVersion.Phase.set, .tested] {
        try await store.mark(apiKey, version: number, as: phase)
        #expect(try await store.versions(of: apiKey).last?.phase == phase)
      }
      try await store.mark(apiKey, version: number, as: .current, overlapUntil: morning + .seconds(86_400))
    }
    // Another process, as after a restart.
    let again = try state.store()
    #expect(
      try await again.versions(of: apiKey) == [
        SecretVersion(
          number: 1, created: morning + .seconds(1), phase: .previous,
          overlapUntil: morning + .seconds(86_400)),
        SecretVersion(number: 2, created: morning + .seconds(2), phase: .current),
      ])
    #expect(try await again.value(of: apiKey, version: 1).reveal() == "value 1")
    #expect(try await again.value(of: apiKey, version: 2) == Secret("value 2"))

    try await again.remove(apiKey, version: 1)
    #expect(try await again.versions(of: apiKey).map(\.number) == [2])
    try await again.remove(apiKey, version: try await again.add(Secret("x"), to: apiKey, at: morning).number)
    #expect(try await again.add(Secret("y"), to: apiKey, at: morning).number == 4, "no number is used twice")
  }

  @Test("what makes no sense is refused and changes nothing")
  func refusals() async throws {
    let store = try state.store()
    let first = try await store.add(Secret("one"), to: apiKey, at: morning)
    try await expect(.refused) { _ = try await store.add(Secret("two"), to: apiKey, at: morning) }
    try await store.mark(apiKey, version: first.number, as: .current)
    try await expect(.refused) { try await store.remove(apiKey, version: 1) }
    try await expect(.absent) { try await store.remove(apiKey, version: 2) }
    try await expect(.absent) { try await store.mark(apiKey, version: 2, as: .set) }
    try await expect(.absent) { _ = try await store.value(of: apiKey, version: 0) }
    try await expect(.refused) { _ = try await store.add(Secret(""), to: apiKey, at: morning) }
    let long = Secret([UInt8](repeating: 7, count: SealedStore.valueBytesMax + 1))
    try await expect(.refused) { _ = try await store.add(long, to: apiKey, at: morning) }
    for name in ["", ".", "..", "../x", "a/b", ".hidden", "a\0b", "a\nb", String(repeating: "n", count: 201)]
    {
      try await expect(.refused) {
        _ = try await store.add(Secret("v"), to: SecretID(environment: "staging", name: name), at: morning)
      }
      try await expect(.refused) { _ = try await store.versions(of: SecretID(environment: name, name: "A")) }
    }
    #expect(try await store.versions(of: apiKey).map(\.number) == [1])
  }

  @Test("files are for their owner alone, and one that others may read is not trusted")
  func modes() async throws {
    let store = try state.store()
    _ = try await store.add(Secret("one"), to: apiKey, at: morning)
    #expect(Bytes.mode("\(state.path)/secrets") == 0o700)
    #expect(Bytes.mode("\(state.path)/secrets/staging") == 0o700)
    #expect(Bytes.mode(state.file(apiKey)) == 0o600)
    #expect(state.everything.count == 4, "nothing is left over: \(state.everything)")
    chmod(state.file(apiKey), 0o644)
    try await expect(.unavailable) { _ = try await store.value(of: apiKey, version: 1) }
  }

  @Test("what a write that was cut short left behind is swept away by the next")
  func leftovers() async throws {
    let store = try state.store()
    _ = try await store.add(Secret("one"), to: apiKey, at: morning)
    Bytes.write("half".utf8, to: "\(state.path)/secrets/staging/.API_KEY.json.0badcafe.unfinished")
    try await store.mark(apiKey, version: 1, as: .set)
    #expect(state.everything.count == 4, "\(state.everything)")
  }

  @Test("many changes at once lose none")
  func concurrent() async throws {
    let store = try state.store()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<40 {
        let secret = SecretID(environment: "dev", name: "S\(index % 4)")
        group.addTask {
          while true {
            do {
              let version = try await store.add(Secret("v\(index)"), to: secret, at: morning)
              try await store.mark(secret, version: version.number, as: .previous, overlapUntil: morning)
              return
            } catch let error as SecretStoreError where error.kind == .refused {
              await Task.yield()
            }
          }
        }
      }
      try await group.waitForAll()
    }
    for index in 0..<4 {
      let versions = try await store.versions(of: SecretID(environment: "dev", name: "S\(index)"))
      #expect(versions.map(\.number) == Array(1...10))
    }
  }
}

/// Expects the error of this kind, and gives it.
@discardableResult
func expect(
  _ kind: SecretStoreError.Kind, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async throws -> SecretStoreError? {
  let error = await #expect(throws: SecretStoreError.self, sourceLocation: sourceLocation) {
    try await body()
  }
  #expect(error?.kind == kind, "\(String(describing: error))", sourceLocation: sourceLocation)
  return error
}
