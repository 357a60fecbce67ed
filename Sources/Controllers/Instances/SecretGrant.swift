/// Which versions of a secret an instance is given: `API_KEY:3`, or `API_KEY:3:2` while version 2 still works beside
/// it. Never the value: a grant stands in actions, events and marks.
public struct SecretGrant: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The secret's name, which is also the variable's.
  public let name: String
  /// The version it gets as `NAME`.
  public let current: Int
  /// The version it gets as `NAME_PREVIOUS`, while an overlap lasts.
  public let previous: Int?

  /// A grant of these versions.
  public init(_ name: String, current: Int, previous: Int? = nil) {
    self.name = name
    self.current = current
    self.previous = previous
  }

  /// Reads `API_KEY:3:2`; nil where it is none.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), !parts[0].isEmpty, let current = Int(parts[1]) else { return nil }
    let previous = parts.count == 3 ? Int(parts[2]) : nil
    guard parts.count == 2 || previous != nil else { return nil }
    self.init(String(parts[0]), current: current, previous: previous)
  }

  /// What decides whether an instance must be given anew: an overlap that ends changes nothing for it.
  var currentOnly: String { "\(name):\(current)" }

  public var description: String { previous.map { "\(currentOnly):\($0)" } ?? currentOnly }

  public static func < (left: SecretGrant, right: SecretGrant) -> Bool {
    left.description < right.description
  }
}

extension SecretGrant: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let grant = SecretGrant(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not NAME:VERSION")
    }
    self = grant
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
