extension CommandResult {
  /// How many lines of standard error a failure shows.
  public static let failureLinesMax = 5
  private static let lineCharactersMax = 300

  /// An error for a command that did not succeed, with the last lines of its standard error.
  /// - Parameter redacting: secrets the command was given; wherever they appear in those lines they are
  ///   masked.
  public func failure(of command: Command, redacting secrets: [[UInt8]] = []) -> HostError {
    let program = command.arguments.first ?? ""
    var reason = timedOut ? "was ended after \(command.timeout): it took too long" : end.description
    let lines = Self.lastLines(Redaction.mask(secrets, in: error.bytes))
    if !lines.isEmpty { reason += "; it said: " + lines.joined(separator: " | ") }
    return HostError("run", program, reason, class: .transient)
  }

  static func lastLines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n")).suffix(failureLinesMax).map { line in
      let text = String(decoding: line, as: UTF8.self).filter { !$0.isControl }
      return text.count > lineCharactersMax ? text.prefix(lineCharactersMax) + "…" : text
    }.filter { !$0.isEmpty }
  }
}

extension Character {
  fileprivate var isControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}

/// Masks secrets in text that other programs wrote.
public enum Redaction {
  static let mask = Array("•••".utf8)
  /// Shorter ones would mask half of any text and are not secrets.
  static let secretBytesMin = 4

  /// `bytes` with every occurrence of every secret replaced by "•••". The longest are masked first, so that
  /// one that contains another leaves nothing behind.
  public static func mask(_ secrets: [[UInt8]], in bytes: [UInt8]) -> [UInt8] {
    secrets.filter { $0.count >= secretBytesMin }.sorted { $0.count > $1.count }
      .reduce(bytes) { replace($1, in: $0) }
  }

  private static func replace(_ secret: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= secret.count else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      if bytes[at] == secret[0], at + secret.count <= bytes.count,
        bytes[at..<(at + secret.count)].elementsEqual(secret)
      {
        result += mask
        at += secret.count
      } else {
        result.append(bytes[at])
        at += 1
      }
    }
    return result
  }
}
