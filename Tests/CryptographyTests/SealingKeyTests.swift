import Cryptography
import Testing

@Suite("Sealing")
struct SealingKeyTests {
  let material = (0..<32).map { UInt8($0 + 65) }
  let plain = Array("correct horse battery staple".utf8)

  @Test("what was sealed opens with the same key and context, and shows nothing of itself")
  func roundTrip() throws {
    let key = try SealingKey(bytes: material)
    let sealed = try key.seal(plain, context: "staging/API_KEY/1")
    #expect(try key.open(sealed, context: "staging/API_KEY/1") == plain)
    #expect(sealed.count == plain.count + 28)
    #expect(!String(decoding: sealed, as: UTF8.self).contains("horse"))
    #expect(try key.seal(plain, context: "staging/API_KEY/1") != sealed, "each sealing has its own nonce")
    #expect(try key.open(key.seal([], context: ""), context: "") == [])
  }

  @Test("another context, another key, a flipped bit or a missing byte does not open")
  func refusals() throws {
    let key = try SealingKey(bytes: material)
    let sealed = try key.seal(plain, context: "staging/API_KEY/1")
    #expect(throws: SealingError.notOpened) { try key.open(sealed, context: "production/API_KEY/1") }
    #expect(throws: SealingError.notOpened) {
      try SealingKey(bytes: material.reversed()).open(sealed, context: "staging/API_KEY/1")
    }
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: SealingError.notOpened) { try key.open(changed, context: "staging/API_KEY/1") }
      #expect(throws: SealingError.notOpened) {
        try key.open(Array(sealed.prefix(index)), context: "staging/API_KEY/1")
      }
    }
  }

  @Test("a fingerprint tells keys apart without showing them")
  func fingerprint() throws {
    let key = try SealingKey(bytes: material)
    #expect(try key.fingerprint == SealingKey(bytes: material).fingerprint)
    #expect(try key.fingerprint != SealingKey(bytes: material.reversed()).fingerprint)
    #expect(key.fingerprint.utf8.count == 16)
    #expect(!SHA256Digest(of: material).hex.contains(key.fingerprint))
  }

  @Test("a key of another length is refused", arguments: [0, 16, 31, 33])
  func lengths(count: Int) {
    #expect(throws: SealingError.keyLength(count)) {
      try SealingKey(bytes: [UInt8](repeating: 7, count: count))
    }
  }

  @Test("nothing that prints a key prints its bytes")
  func redacted() throws {
    let key = try SealingKey(bytes: material)
    var dumped = ""
    dump(key, to: &dumped)
    dump([key], to: &dumped)
    let printed = "\(key) \(String(reflecting: key)) \([key]) \(dumped)"
    #expect(!printed.contains("65"))
    #expect(!printed.contains("ABC"))
    #expect(!printed.lowercased().contains("4142"))
  }
}
