/// Which of the instances of one entry: `web#1`. The index counts from 1 and decides the port.
public struct InstanceName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The entry's name in `instances`.
  public let name: String
  /// Its place among its like, from 1.
  public let index: Int

  /// The instance `name#index`.
  public init(_ name: String, _ index: Int) {
    self.name = name
    self.index = index
  }

  /// Reads `web#1`; nil where it is none.
  public init?(_ text: some StringProtocol) {
    guard let hash = text.lastIndex(of: "#"), hash > text.startIndex,
      let index = Int(text[text.index(after: hash)...]), index > 0
    else { return nil }
    self.init(String(text[..<hash]), index)
  }

  public var description: String { "\(name)#\(index)" }

  public static func < (left: InstanceName, right: InstanceName) -> Bool {
    (left.name, left.index) < (right.name, right.index)
  }
}

extension InstanceName: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let name = InstanceName(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not name#index")
    }
    self = name
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
