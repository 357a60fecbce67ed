/// Where a Redis server listens.
public enum RedisAddress: Sendable, Hashable, CustomStringConvertible {
  /// On a Unix socket, by its absolute path.
  case socket(String)
  /// On a port of a host, by its name or address.
  case network(host: String, port: Int)

  /// Reads `/run/redis/redis.sock`, `10.0.0.1:6379`, `cache.internal:6379` or `[::1]:6379`; nil where it is none.
  public init?(_ text: String) {
    if text.hasPrefix("/") {
      self = .socket(text)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65_535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      // The port of a bare IPv6 address cannot be told from its last group.
      return nil
    }
    // The host becomes a word of a command line, which a leading dash would make an option.
    guard !host.isEmpty, !host.hasPrefix("-"), host.utf8.allSatisfy(Self.isOfHost) else { return nil }
    self = .network(host: String(host), port: port)
  }

  /// As it is written in the file.
  public var description: String {
    switch self {
    case .socket(let path): path
    case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  private static func isOfHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: ":"), UInt8(ascii: "%"):
      true
    default: false
    }
  }
}

extension RedisAddress: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let address = RedisAddress(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no address")
    }
    self = address
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
