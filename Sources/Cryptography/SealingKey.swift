import Crypto
import FoundationEssentials

/// A key that seals secrets at rest: ChaCha20-Poly1305 (RFC 8439), a random nonce for each sealing, and a
/// context that is authenticated but not stored. It prints as a placeholder, whatever prints it.
public struct SealingKey: Sendable {
  /// The length of every key, in bytes.
  public static let length = 32

  private let key: SymmetricKey

  /// Takes ``length`` bytes from a good random source.
  /// - Throws: ``SealingError`` where there are more or fewer.
  public init(bytes: some Collection<UInt8>) throws(SealingError) {
    guard bytes.count == Self.length else { throw .keyLength(bytes.count) }
    self.key = SymmetricKey(data: Array(bytes))
  }

  /// 16 hexadecimal digits that tell keys apart and say nothing about them: written beside what was sealed,
  /// they tell a lost key from a damaged file.
  public var fingerprint: String {
    let code = HMAC<SHA256>.authenticationCode(for: Array("steward sealing key".utf8), using: key)
    return Hex.encode(Array(code).prefix(8))
  }

  /// Seals `plain`: 12 bytes of nonce, the cipher text, 16 bytes of tag.
  ///
  /// - Parameter context: What the sealed bytes are for, as `staging/API_KEY/3`. Only the same context opens
  ///   them, so that sealed bytes which are moved elsewhere do not open there.
  public func seal(_ plain: [UInt8], context: String) throws(SealingError) -> [UInt8] {
    do {
      return Array(try ChaChaPoly.seal(plain, using: key, authenticating: Array(context.utf8)).combined)
    } catch {
      throw .notSealed
    }
  }

  /// Opens what ``seal(_:context:)`` made.
  /// - Throws: ``SealingError`` where the key or the context is another, or a single bit was changed.
  public func open(_ sealed: [UInt8], context: String) throws(SealingError) -> [UInt8] {
    do {
      let box = try ChaChaPoly.SealedBox(combined: sealed)
      return Array(try ChaChaPoly.open(box, using: key, authenticating: Array(context.utf8)))
    } catch {
      throw .notOpened
    }
  }
}

extension SealingKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "(key)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
