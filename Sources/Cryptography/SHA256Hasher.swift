import Crypto

/// Digests what comes in pieces: files and streams too large to hold in memory.
public struct SHA256Hasher: Sendable {
  private var state = SHA256()

  /// A hasher that has seen nothing.
  public init() {}

  /// Adds `bytes` to what is digested.
  public mutating func update(_ bytes: some Collection<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if done == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// Adds `bytes`, such as a buffer that was just read, to what is digested, without copying them.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state.update(bufferPointer: bytes)
  }

  /// The digest of everything added so far. The hasher can go on after it.
  public func finish() -> SHA256Digest {
    SHA256Digest(finished: Array(state.finalize()))
  }
}

extension SHA256Digest {
  fileprivate init(finished bytes: [UInt8]) {
    precondition(bytes.count == Self.length)
    self.bytes = bytes
  }
}
