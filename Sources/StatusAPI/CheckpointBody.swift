public import Calendar

/// The answer to `GET /v1/events/checkpoint`: the end of the log at one moment. Kept elsewhere, on another machine, in a
/// ticket, in a git tag, it proves later that the log up to there is still what it was.
public struct CheckpointBody: Codable, Sendable, Hashable {
  /// The last event's sequence.
  public var sequence: Int64
  /// Its hash in hexadecimal, which covers it and every event before it.
  public var hash: String
  /// When that event happened, by the daemon's wall clock: for people.
  public var at: Instant
  /// All that in the one line that is kept: `steward log v1`, the sequence, the hash, the moment.
  public var line: String

  /// The end of a log.
  public init(sequence: Int64, hash: String, at: Instant) {
    self.sequence = sequence
    self.hash = hash
    self.at = at
    line = "steward log v1 \(sequence) \(hash) \(at)"
  }

  /// Reads the line that was kept, with whatever space a copy has put between its words; nil where it is none.
  public init?(line: String) {
    let words = line.split { $0.isWhitespace }.map(String.init)
    guard words.count == 6, words[0...2] == ["steward", "log", "v1"], let sequence = Int64(words[3]),
      sequence > 0, words[4].utf8.count == 64, words[4].utf8.allSatisfy(CheckpointBody.digits.contains),
      let at = Instant(rfc3339: words[5])
    else { return nil }
    self.init(sequence: sequence, hash: words[4], at: at)
  }

  private static let digits = Set("0123456789abcdef".utf8)
}
