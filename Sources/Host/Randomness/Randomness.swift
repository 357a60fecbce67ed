internal import CLinux
internal import Glibc

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
