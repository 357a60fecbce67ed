internal import CLinux
internal import Glibc
internal import Synchronization

/// The door to chance: keys, generated secrets, temporary names.
public protocol Randomness: Sendable {
  /// `count` random bytes.
  func bytes(_ count: Int) -> [UInt8]
}

/// The kernel's generator (getrandom(2)): blocks until it was seeded once after boot, and never fails after
/// that.
public struct SystemRandomness: Randomness {
  /// The kernel's generator.
  public init() {}

  public func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        clinux_getrandom(buffer.baseAddress?.advanced(by: filled), count - filled)
      }
      if got < 0 && errno == EINTR { continue }
      // Going on with predictable bytes would be worse than not going on.
      precondition(got > 0, "the kernel gives no random bytes: error \(errno)")
      filled += got
    }
    return bytes
  }
}

/// The same bytes in every run of a test. Worthless as a secret.
public final class SeededRandomness: Randomness {
  private let state: Mutex<UInt64>

  /// The sequence that belongs to `seed`.
  public init(seed: UInt64) { state = Mutex(seed) }

  public func bytes(_ count: Int) -> [UInt8] {
    state.withLock { state in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count + 8)
      while bytes.count < count {
        // splitmix64: small, and every seed gives a full-length sequence.
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        word ^= word >> 31
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
      }
      return Array(bytes.prefix(count))
    }
  }
}
