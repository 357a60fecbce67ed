import Calendar
import Cryptography
import Fixtures
import Glibc
import SecretStore
import Testing

@Suite("A secret's file that is not what was written")
struct ForeignFileTests {
  let state = ScratchFolder()
  let canary = "canary-7f3a9c51e2"

  @Test("every byte that is changed is noticed, and the error says which file and nothing of it")
  func flipped() async throws {
    let store = try state.store()
    _ = try await store.add(Secret(canary), to: apiKey, at: morning)
    try await store.mark(apiKey, version: 1, as: .current)
    let path = state.file(apiKey)
    let bytes = Bytes.read(path)
    let versions = try await store.versions(of: apiKey)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 4
      Bytes.write(changed, to: path)
      do {
        // White space between the tokens may change; nothing that is read may.
        let read = try await store.versions(of: apiKey)
        #expect(read == versions, "byte \(index)")
        #expect(try await store.value(of: apiKey, version: 1) == Secret(canary))
      } catch let error as SecretStoreError {
        #expect(error.kind == .damaged)
        #expect(error.subject == path)
        #expect(error.message.utf8.count < 200)
        try await expect(.damaged) { _ = try await store.add(Secret("new"), to: apiKey, at: morning) }
        #expect(Bytes.read(path) == changed, "a damaged file is not written over")
      }
    }
  }

  @Test(
    "a file cut short, empty, or of another kind is damaged, not absent",
    arguments: [
      "", "{", "{}", "[]", "null", "canary", #"{"format": 1}"#, #"{"format": 2, "key": "x", "versions": []}"#,
    ])
  func foreign(text: String) async throws {
    let store = try state.store()
    _ = try await store.add(Secret(canary), to: apiKey, at: morning)
    Bytes.write(text.utf8, to: state.file(apiKey))
    try await expect(.damaged) { _ = try await store.versions(of: apiKey) }
    try await expect(.damaged) { _ = try await store.add(Secret("x"), to: apiKey, at: morning) }
    #expect(Bytes.read(state.file(apiKey)) == Array(text.utf8))
  }

  @Test("another environment's file, another secret's, a link and an edited phase do not open")
  func swapped() async throws {
    let store = try state.store()
    let production = SecretID(environment: "production", name: "API_KEY")
    let other = SecretID(environment: "staging", name: "JWT_SECRET")
    for secret in [apiKey, production, other] {
      _ = try await store.add(Secret("\(canary) of \(secret)"), to: secret, at: morning)
    }
    let bytes = Bytes.read(state.file(apiKey))
    for target in [production, other] {
      Bytes.write(bytes, to: state.file(target))
      try await expect(.damaged) { _ = try await store.versions(of: target) }
      try await expect(.damaged) { _ = try await store.value(of: target, version: 1) }
    }
    unlink(state.file(other))
    symlink(state.file(apiKey), state.file(other))
    try await expect(.damaged) { _ = try await store.versions(of: other) }

    let edited = String(decoding: bytes, as: UTF8.self).replacing("pending", with: "current")
    Bytes.write(edited.utf8, to: state.file(apiKey))
    try await expect(.damaged) { _ = try await store.versions(of: apiKey) }
  }

  @Test("two versions' sealed values that changed places do not open")
  func versionsSwapped() async throws {
    let store = try state.store()
    for number in 1...2 {
      _ = try await store.add(Secret("\(canary) \(number)"), to: apiKey, at: morning)
      try await store.mark(apiKey, version: number, as: .current)
    }
    let text = String(decoding: Bytes.read(state.file(apiKey)), as: UTF8.self)
    let sealed = text.split(separator: "\n").filter { $0.contains("\"sealed\"") }
    #expect(sealed.count == 2)
    let swapped = text.replacing(sealed[0], with: "@").replacing(sealed[1], with: sealed[0])
      .replacing("@", with: sealed[1])
    Bytes.write(swapped.utf8, to: state.file(apiKey))
    try await expect(.damaged) { _ = try await store.value(of: apiKey, version: 2) }
  }

  @Test("the clear value is in no file, no error and nothing that is printed")
  func canaries() async throws {
    let store = try state.store()
    let secret = Secret(canary)
    let version = try await store.add(secret, to: apiKey, at: morning)
    try await store.mark(apiKey, version: 1, as: .current)
    var printed = "\(secret) \(String(reflecting: secret)) \([secret]) \([1: secret]) \(version) \(store)"
    dump(secret, to: &printed)
    dump([secret], to: &printed)
    dump(store, to: &printed)
    for child in Mirror(reflecting: secret).children { printed += "\(child)" }
    do {
      _ = try await store.add(secret, to: SecretID(environment: "../x", name: "y"), at: morning)
    } catch { printed += "\(error) \(String(reflecting: error))" }
    Bytes.write(canary.utf8, to: state.file(apiKey))
    do { _ = try await store.versions(of: apiKey) } catch {
      printed += "\(error) \(String(reflecting: error))"
    }
    unlink(state.file(apiKey))
    _ = try await store.add(secret, to: apiKey, at: morning)

    let bytes = Array(canary.utf8)
    let forms = [canary, bytes.map { "\($0)" }.joined(separator: ", "), "Y2FuYXJ5", hexadecimal(bytes)]
    for form in forms {
      #expect(!printed.contains(form))
      for file in state.everything {
        #expect(!String(decoding: Bytes.read(file), as: UTF8.self).contains(form), "\(file)")
      }
    }
    let key = String(decoding: Bytes.read("\(state.path)/secrets.key").dropLast(), as: UTF8.self)
    #expect(key.utf8.count == 64)
    #expect(!printed.contains(key))
    #expect(secret.reveal() == canary)
    #expect(secret.withText { $0.count } == canary.count)
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
