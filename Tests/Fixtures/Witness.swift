import Synchronization

/// Somebody who can say how things stand where a wait ends in vain: a daemon, or a system that was booted. One log of a run
/// that failed by chance is to be enough to find out why.
public final class Witness: Sendable {
  private static let all = Mutex<[(id: ObjectIdentifier, testify: @Sendable () async -> String)]>([])

  /// One that is asked for as long as it lives.
  /// - Parameter testify: what it has to say, in lines; it holds nothing that holds the witness.
  public init(_ testify: @escaping @Sendable () async -> String) {
    let id = ObjectIdentifier(self)
    Witness.all.withLock { $0.append((id, testify)) }
  }

  deinit {
    let id = ObjectIdentifier(self)
    Witness.all.withLock { $0.removeAll { $0.id == id } }
  }

  /// What all of them say.
  static func testimony() async -> String {
    var lines: [String] = []
    for witness in all.withLock({ $0 }) { lines.append(await witness.testify()) }
    return lines.joined(separator: "\n")
  }
}
