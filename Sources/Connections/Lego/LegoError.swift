public import Calendar

/// Why there is no certificate.
public struct LegoError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whose turn it is to do something.
  public enum Problem: String, Sendable, Codable {
    /// Nobody's: the same order is being carried out.
    case underWay
    /// Time's: the authority cannot be reached, or fails itself.
    case unreachable
    /// Time's, for longer: the authority has had enough of us (RFC 8555, 6.6).
    case limited
    /// A person's: the authority will not, or could not be convinced.
    case refused
  }

  /// Whose turn it is.
  public let problem: Problem
  /// What was said, in one line.
  public let cause: String
  /// When the authority wants to be asked again at the earliest, where it says so.
  public let retryAfter: Instant?

  public var description: String { cause }

  init(_ problem: Problem, _ cause: String) {
    self.problem = problem
    self.cause = cause
    retryAfter = nil
  }

  /// Reads lego's last words. What an authority says of an error carries its kind as a URN (RFC 8555, 6.7); where there is
  /// none, nobody answered. What was said before, lego got over: a nonce that was refused, for one.
  init(reading log: String, or end: String) {
    let lines = log.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
    let last = lines.suffix(while: { !$0.contains("[INFO]") })
    let telling = last.filter { $0.contains("rror") || $0.contains(": ") }.suffix(2)
    let said = telling.joined(separator: " | ").filter { !$0.isNewline }
    let text = said.isEmpty ? end : said
    cause = text.count > Self.charactersMax ? "\(text.prefix(Self.charactersMax))…" : text
    let words = last.joined(separator: "\n")
    if words.contains("acme:error:rateLimited") || words.contains("acme: error: 429") {
      problem = .limited
    } else if !words.contains("acme:error:") || Self.passing.contains(where: words.contains) {
      problem = words.contains("address already in use") ? .refused : .unreachable
    } else {
      problem = .refused
    }
    retryAfter = Self.moment(after: "retry after ", in: words)
  }

  /// Errors of an authority that say nothing of the order: the same one may be taken in a moment (RFC 8555, 6.5 and 6.7).
  private static let passing = ["acme:error:serverInternal", "acme:error:badNonce"]
  private static let charactersMax = 400

  /// Let's Encrypt writes `retry after 2026-11-25 10:00:00 UTC`.
  private static func moment(after words: String, in text: String) -> Instant? {
    guard let range = text.firstRange(of: words) else { return nil }
    let rest = text[range.upperBound...]
    let written = String(rest.prefix(19)).replacing(" ", with: "T", maxReplacements: 1).replacing(
      "Z", with: "")
    return Instant(rfc3339: "\(written)Z")
  }
}

extension Array {
  /// The last elements for which `belongs` holds without a break.
  fileprivate func suffix(while belongs: (Element) -> Bool) -> [Element] {
    Array(self[(lastIndex { !belongs($0) }.map { $0 + 1 } ?? startIndex)...])
  }
}
