import Host
import SecretStore
import Synchronization
import Testing

@testable import Secrets

@Suite("Generated values")
struct GenerationTests {
  @Test("every kind has at least 128 bits, and so has the shortest length", arguments: SecretKind.allCases)
  func strength(kind: SecretKind) {
    // 62^n ≥ 2^128 ⇔ n ≥ 21.5; the alphabet has 62 different characters.
    #expect(Set(Secret.alphabet).count == 62)
    #expect(Secret.lengthMin >= 22)
    #expect(kind.defaultLength >= Secret.lengthMin)
    let value = Secret.generate(length: kind.defaultLength, from: SystemRandomness()).reveal()
    #expect(value.utf8.count == kind.defaultLength)
    #expect(value.utf8.allSatisfy(Secret.alphabet.contains))
  }

  /// Every byte value in turn, so that a bias shows exactly.
  private final class Counting: Randomness {
    let next = Mutex<UInt8>(0)

    func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in
        next.withLock { next in
          defer { next &+= 1 }
          return next
        }
      }
    }
  }

  @Test("no character is likelier than another")
  func fair() {
    // 248 of 256 byte values are used: 62 × 4.
    let value = Secret.generate(length: 248 * 5, from: Counting())
    let counts = Dictionary(grouping: value.withBytes { $0 }, by: { $0 }).mapValues(\.count)
    #expect(counts.count == 62)
    #expect(Set(counts.values) == [20])
  }

  @Test("two values differ, and neither prints")
  func different() {
    let one = Secret.generate(length: 32, from: SystemRandomness())
    let other = Secret.generate(length: 32, from: SystemRandomness())
    #expect(one != other)
    #expect(!"\(one)".contains(one.reveal()))
  }
}
