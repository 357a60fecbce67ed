import Cryptography
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  // FIPS 180-2, appendix B.
  @Test(
    "the standard's own examples come out right",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func examples(text: String, hex: String) {
    #expect(SHA256Digest(of: Array(text.utf8)).hex == hex)
    #expect(SHA256Digest(of: text.utf8).hex == hex)
    #expect(SHA256Digest(hex: hex)?.bytes == SHA256Digest(of: text.utf8).bytes)
    #expect(SHA256Digest(hex: hex.uppercased())?.hex == hex)
  }

  @Test("the pieces in which content comes make no difference")
  func pieces() {
    let content = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var hasher = SHA256Hasher()
    for start in stride(from: 0, to: content.count, by: 37) {
      hasher.update(content[start..<min(start + 37, content.count)])
    }
    #expect(hasher.finish() == SHA256Digest(of: content))
    #expect(hasher.finish() == SHA256Digest(of: content), "finishing changes nothing")
    hasher.update([0])
    #expect(hasher.finish() == SHA256Digest(of: content + [0]))
  }

  @Test(
    "what is no digest is not read as one",
    arguments: ["", "ab", String(repeating: "g", count: 64), String(repeating: "a", count: 63)])
  func refused(text: String) {
    #expect(SHA256Digest(hex: text) == nil)
    #expect(SHA256Digest(bytes: Array(text.utf8.prefix(31))) == nil)
  }

  @Test("comparing in constant time compares")
  func compare() {
    #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
    #expect(equalInConstantTime([], []))
  }
}
