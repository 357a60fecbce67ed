import Crypto
import CryptoExtras
import FoundationEssentials

/// What a server keeps in place of a password, by SCRAM-SHA-256 (RFC 5802, RFC 7677): it tells whether somebody knows the
/// password, and the password cannot be told from it.
public struct ScramVerifier: Sendable, Hashable {
  /// PostgreSQL's own count. More would slow each login down and win nothing for passwords drawn at random.
  static let iterations = 4096
  static let saltLength = 16

  private let salt: [UInt8]
  private let storedKey: [UInt8]
  private let serverKey: [UInt8]

  /// The verifier of `password`: printable ASCII, which SASLprep (RFC 4013) leaves as it is.
  ///
  /// - Parameter purpose: What the password is of, with a number that no other one has: `staging/DB_PASSWORD/3/web`. The
  ///   salt is its digest. A salt must be another for each password, and need not be secret; so the same password for the
  ///   same purpose has the same verifier, and setting it again changes nothing.
  /// - Returns: nil where the password has other characters.
  public init?(password: [UInt8], purpose: String) {
    guard !password.isEmpty, password.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return nil }
    salt = Array(SHA256Digest(of: Array("steward scram salt \(purpose)".utf8)).bytes.prefix(Self.saltLength))
    guard
      let salted = try? KDF.Insecure.PBKDF2.deriveKey(
        from: password, salt: salt, using: .sha256, outputByteCount: SHA256Digest.length,
        unsafeUncheckedRounds: Self.iterations)
    else { return nil }
    let clientKey = HMAC<SHA256>.authenticationCode(for: Array("Client Key".utf8), using: salted)
    storedKey = SHA256Digest(of: Array(clientKey)).bytes
    serverKey = Array(HMAC<SHA256>.authenticationCode(for: Array("Server Key".utf8), using: salted))
  }

  /// As PostgreSQL stores it: `SCRAM-SHA-256$4096:SALT$STORED:SERVER`, the parts in base64.
  public var text: String {
    let (salt, stored, server) = (Data(salt), Data(storedKey), Data(serverKey))
    return "SCRAM-SHA-256$\(Self.iterations):\(salt.base64EncodedString())"
      + "$\(stored.base64EncodedString()):\(server.base64EncodedString())"
  }
}
