internal import Cryptography
internal import FoundationEssentials

/// Text that holds keys and certificates between lines of dashes (RFC 7468).
public struct PEM: Sendable, Hashable {
  /// One piece of it.
  public struct Block: Sendable, Hashable {
    /// What it says it is: `CERTIFICATE`, `PRIVATE KEY`, `EC PRIVATE KEY`.
    public let label: String
    /// Its lines, those of dashes included, without anything around them.
    public let text: String

    /// What is between the lines of dashes, decoded; nil where that is not base64.
    var der: [UInt8]? {
      let inner = text.split(separator: "\n").dropFirst().dropLast().joined()
      return Data(base64Encoded: inner).map(Array.init)
    }
  }

  /// Its pieces in order; text around them is left out.
  public let blocks: [Block]

  /// Reads bytes. A piece that is not ended is left out.
  public init(_ bytes: [UInt8]) {
    var blocks: [Block] = []
    var lines: [Substring]?
    var label = ""
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
        label = String(line.dropFirst(11).dropLast(5))
        lines = [line]
      } else if line == "-----END \(label)-----", let begun = lines {
        blocks.append(Block(label: label, text: (begun + [line]).joined(separator: "\n") + "\n"))
        lines = nil
      } else {
        lines?.append(line)
      }
    }
    self.blocks = blocks
  }

  /// The certificates, a server's own first and then those that lead to its authority's.
  public var certificates: [Block] { blocks.filter { $0.label == "CERTIFICATE" } }

  /// The first private key, of whatever kind.
  public var key: Block? { blocks.first { $0.label.hasSuffix("PRIVATE KEY") } }

  /// Whether anything else is in it, parameters of a key apart.
  public var isOnlyKeysAndCertificates: Bool {
    !blocks.isEmpty
      && blocks.allSatisfy {
        $0.label == "CERTIFICATE" || $0.label.hasSuffix("PRIVATE KEY") || $0.label.hasSuffix("PARAMETERS")
      }
  }

  /// The SHA-256 digest of a certificate's DER form; nil where it is none.
  public static func fingerprint(of block: Block) -> String? { block.der.map { SHA256Digest(of: $0).hex } }
}
