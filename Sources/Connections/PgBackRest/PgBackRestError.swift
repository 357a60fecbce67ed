import Host

/// Why pgBackRest did not do what it was asked for.
public struct PgBackRestError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Its own number (`src/build/error/error.yaml`), which is also what it exits with.
  public let code: Int?
  /// What it said, without its hints.
  public let reason: String

  /// Another of its commands holds the stanza's lock (LockAcquireError).
  public var isLocked: Bool { code == 50 }

  public var description: String { reason }

  private static let reasonCharactersMax = 500

  init(code: Int?, reason: String) {
    self.code = code
    self.reason = reason
  }

  /// From `ERROR: [055]: unable to …`, the lines that go with it, and no `HINT:`.
  init(_ result: CommandResult, of command: Command) {
    let lines = result.error.text.split(whereSeparator: \.isNewline)
    guard !result.timedOut, let first = lines.firstIndex(where: { $0.contains("ERROR: [") }) else {
      self.init(code: nil, reason: "pgbackrest \(result.failure(of: command).reason)")
      return
    }
    let said = lines[first...].prefix { !$0.contains("HINT:") }.map { line in
      line.drop { $0 == " " }
    }
    var head = said[0]
    if let mark = head.firstRange(of: "]: ") { head = head[mark.upperBound...] }
    let text = ([head] + said.dropFirst()).joined(separator: "; ")
    let code: Int? = if case .exited(let code) = result.end { Int(code) } else { nil }
    self.init(code: code, reason: "pgbackrest: \(text.prefix(Self.reasonCharactersMax))")
  }
}
