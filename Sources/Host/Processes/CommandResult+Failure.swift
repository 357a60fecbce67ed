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
    let lines = Redaction.lines(of: error.bytes, without: secrets).suffix(Self.failureLinesMax).map { line in
      line.count > Self.lineCharactersMax ? line.prefix(Self.lineCharactersMax) + "…" : line
    }
    if !lines.isEmpty { reason += "; it said: " + lines.joined(separator: " | ") }
    return HostError("run", program, reason, class: .transient)
  }
}

/// Masks secrets in text that other programs wrote.
public enum Redaction {
  static let mask = Array("•••".utf8)
  /// Shorter ones would mask half of any text and are not secrets.
  static let secretBytesMin = 4

  /// The lines of a text that another program wrote, as they may be shown: without control characters and what else is not
  /// seen, and then without the secrets. What would be taken out later could put a secret together again; and of a line that
  /// was cut off within one, its beginning is masked too. Cut what this returns, not what it is given, where there is a
  /// choice.
  public static func lines(of bytes: [UInt8], without secrets: [[UInt8]]) -> [String] {
    let secrets = secrets.map(visible)
    return mask(secrets, in: visible(bytes)).split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: maskEnd(of: $0, secrets), as: UTF8.self) }
  }

  /// The text without characters that are not seen, but for line ends.
  private static func visible(_ bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
    return Array(String(String.UnicodeScalarView(text.filter { $0 == "\n" || !$0.isUnseen })).utf8)
  }

  /// The line with the beginning of a secret at its end masked: eight bytes of it or half, for less is in any text.
  private static func maskEnd(of line: ArraySlice<UInt8>, _ secrets: [[UInt8]]) -> [UInt8] {
    let longest = secrets.filter { $0.count >= secretBytesMin }.map { secret in
      let least = max(secretBytesMin, min(8, secret.count / 2))
      return stride(from: min(secret.count, line.count), to: least - 1, by: -1).first {
        line.suffix($0).elementsEqual(secret.prefix($0))
      } ?? 0
    }.max()
    guard let longest, longest > 0 else { return Array(line) }
    return line.dropLast(longest) + mask
  }

  /// `bytes` with every occurrence of every secret replaced by "•••". The longest are masked first, so that
  /// one that contains another leaves nothing behind.
  static func mask(_ secrets: [[UInt8]], in bytes: [UInt8]) -> [UInt8] {
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
