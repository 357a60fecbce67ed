/// Chance from a seed: SplitMix64. One label or number more gives an independent stream, so that what is left out of a
/// run does not move the dice of all that stays.
struct Dice: Sendable {
  private var state: UInt64

  /// The stream of `seed` that belongs to these words.
  init(_ seed: UInt64, _ words: String, _ numbers: UInt64...) {
    state = seed ^ Fingerprint.of(words)
    for number in numbers { state = Dice.mix(state &+ number &* 0x9e37_79b9_7f4a_7c15) }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Dice.mix(state)
  }

  private static func mix(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// A number from 0 to `bound` - 1.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  /// A number of the range.
  mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  /// True in so many of a hundred cases.
  mutating func percent(_ chance: Int) -> Bool { below(100) < chance }

  /// One of these.
  mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

  /// A time of the range, in seconds, to the millisecond.
  mutating func seconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(
      Int64(range.lowerBound) * 1000 + Int64(below(max(1, range.upperBound - range.lowerBound) * 1000)))
  }
}

/// A hash that is the same in every process: FNV-1a, 64 bits. Swift's own is seeded anew each time.
struct Fingerprint: Sendable, Hashable {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }
  }

  mutating func add(_ number: Int64) {
    value = (value ^ UInt64(bitPattern: number)) &* 0x0000_0100_0000_01b3
    value ^= value >> 29
  }

  static func of(_ text: String) -> UInt64 {
    var print = Fingerprint()
    print.add(text)
    return print.value
  }
}
