public import Reconciliation

/// What a run came to.
public struct Judgement: Sendable {
  /// The seed of its script.
  public let seed: UInt64
  /// How long it lasted, by a clock that nobody sets.
  public let length: Duration
  /// A hash over all events and all changes of the world: two runs of one seed have the same.
  public let fingerprint: UInt64
  /// What did not hold; nil where all did.
  public let violation: Violation?
  /// How often the daemon's loop turned, how many incidents there were.
  public let turns: Int, incidents: Int
  /// How often each kind of trouble took effect; see ``Occurrences``.
  public let met: [String: Int]
  /// All that was recorded.
  public let log: [Event]
  /// The end of the trace.
  public let lastLines: [String]
}

/// A promise that was not kept.
public struct Violation: Sendable, Hashable {
  /// The invariant, in one word.
  public let invariant: String
  /// The invariant, as its sentence.
  public let sentence: String
  /// What was seen instead.
  public let detail: String
  /// When, from the start of the run.
  public let at: Duration
}
