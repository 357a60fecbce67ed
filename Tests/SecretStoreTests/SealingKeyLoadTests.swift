import Cryptography
import Fixtures
import Glibc
import SecretStore
import Testing

@Suite("The key of the secrets")
struct SealingKeyLoadTests {
  let state = ScratchFolder()
  var path: String { "\(state.path)/secrets.key" }

  @Test("is made on the first start, for its owner alone, and is the same ever after")
  func made() throws {
    let key = try SealingKey.load(state: state.path, credentials: nil)
    #expect(Bytes.mode(path) == 0o600)
    #expect(state.everything == [path])
    #expect(try SealingKey.load(state: state.path, credentials: nil).fingerprint == key.fingerprint)
    #expect(try SealingKey.load(state: state.path, credentials: state.path).fingerprint == key.fingerprint)
  }

  @Test("comes from systemd's credential where there is one, as bytes or as digits")
  func credential() throws {
    let credentials = ScratchFolder()
    let bytes = (0..<32).map { UInt8($0) }
    let key = try SealingKey(bytes: bytes)
    Bytes.write(bytes, to: "\(credentials.path)/steward-key", mode: 0o440)
    #expect(
      try SealingKey.load(state: state.path, credentials: credentials.path).fingerprint == key.fingerprint)
    Bytes.write(
      "\(SHA256Digest(bytes: bytes)!.hex)\n".utf8, to: "\(credentials.path)/steward-key", mode: 0o400)
    #expect(
      try SealingKey.load(state: state.path, credentials: credentials.path).fingerprint == key.fingerprint)
    #expect(state.everything.isEmpty, "no other key was made")
    unlink("\(credentials.path)/steward-key")
    symlink("/dev/zero", "\(credentials.path)/steward-key")
    #expect(throws: SecretStoreError.self) {
      try SealingKey.load(state: state.path, credentials: credentials.path)
    }
  }

  @Test(
    "is refused, with the file's name and not its content, where it is no key",
    arguments: [
      "", "short", "0123456789abcdef", String(repeating: "z", count: 64), String(repeating: "a", count: 63),
      String(repeating: "a", count: 5_000),
    ])
  func noKey(text: String) throws {
    Bytes.write(text.utf8, to: path)
    let error = #expect(throws: SecretStoreError.self) {
      try SealingKey.load(state: state.path, credentials: nil)
    }
    #expect(error?.kind == .damaged)
    #expect(error?.description.contains(path) == true)
    #expect(text.count < 10 || error?.description.contains(text) == false)
    #expect(Bytes.read(path) == Array(text.utf8))
  }

  @Test("is refused where others may read it", arguments: [mode_t(0o640), 0o604, 0o666])
  func widelyReadable(mode: mode_t) throws {
    _ = try SealingKey.load(state: state.path, credentials: nil)
    chmod(path, mode)
    let error = #expect(throws: SecretStoreError.self) {
      try SealingKey.load(state: state.path, credentials: nil)
    }
    #expect(error?.message.contains("0600") == true)
  }

  @Test("is not made anew where secrets were sealed with the one that is missing")
  func missing() async throws {
    let store = try state.store()
    _ = try await store.add(Secret("value"), to: apiKey, at: morning)
    let bytes = Bytes.read(path)
    unlink(path)
    let error = #expect(throws: SecretStoreError.self) {
      try SealingKey.load(state: state.path, credentials: nil)
    }
    #expect(error?.message.contains("no new key was made") == true)
    #expect(Bytes.read(path).isEmpty)
    Bytes.write(bytes, to: path)
    #expect(try await state.store().value(of: apiKey, version: 1) == Secret("value"))
  }

  @Test("another key opens nothing, and the error tells it from a damaged file")
  func another() async throws {
    let store = try state.store()
    _ = try await store.add(Secret("value"), to: apiKey, at: morning)
    let other = SealedStore(state: state.path, key: try SealingKey(bytes: [UInt8](repeating: 1, count: 32)))
    let error = await #expect(throws: SecretStoreError.self) { try await other.versions(of: apiKey) }
    #expect(error?.message.contains("another key") == true)
  }
}
