import Cryptography

/// What an examination of a whole log came to.
public enum Verification: Sendable, Hashable, CustomStringConvertible {
  /// Every event is there, in order, and is what was written.
  case ok(count: Int64, head: LogHead)
  /// The first place where it is not: the event's sequence (the one after the last, where events are missing
  /// at the end; 0 where the fault is in no event), and what is wrong there.
  case broken(at: Int64, what: String)

  /// Whether nothing is wrong.
  public var isOK: Bool {
    if case .ok = self { true } else { false }
  }

  public var description: String {
    switch self {
    case .ok(let count, let head): "\(count) events, unbroken; the last hash is \(head.hash.hex)"
    case .broken(0, let what): what
    case .broken(let sequence, let what): "event \(sequence): \(what)"
    }
  }
}
