import Cryptography
public import Specification

extension SpecNode {
  /// A digest of what the node says, blind to places, key order and quoting: 16 hexadecimal digits of a SHA-256.
  public var digest: String {
    String(SHA256Digest(of: canonical.bytes).hex.prefix(16))
  }

  /// Where each key of a mapping stands; empty for scalars and lists.
  public var keyPlaces: [String: Place] {
    guard case .mapping(let entries) = content else { return [:] }
    return Dictionary(entries.map { ($0.key.text, $0.key.place) }, uniquingKeysWith: { first, _ in first })
  }

  /// What the node says, without where and how it is written.
  public var canonical: JSON {
    switch content {
    case .null: .null
    case .scalar(let scalar): .string(scalar.text)
    case .list(let nodes): .array(nodes.map(\.canonical))
    case .mapping(let entries):
      .object(
        Dictionary(entries.map { ($0.key.text, $0.value.canonical) }, uniquingKeysWith: { first, _ in first })
      )
    }
  }
}
