import Glibc

/// Chance for generated tests, by splitmix64: the same sequence for the same seed, so that a printed seed brings a
/// failure back.
public struct Dice: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The sequence that belongs to `seed`.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// The seed of this run's generated cases, another each time; `STEWARD_TEST_SEED` repeats an earlier run.
  public static let seed: UInt64 = {
    let written = getenv("STEWARD_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
    let seed = written ?? UInt64.random(in: 0..<1_000_000_000)
    print("STEWARD_TEST_SEED=\(seed)")
    return seed
  }()
}
