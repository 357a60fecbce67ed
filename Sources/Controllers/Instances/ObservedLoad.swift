public import Calendar

/// What the instances of one entry bear together, where their number follows it.
public struct ObservedLoad: Sendable, Hashable, Codable {
  /// Now: percent of one core, or what the metric counts, rounded up. Nil where it could not be measured.
  public var now: Int?
  /// The most that it was while it was watched, over as long as ``Scaling/inAfter``.
  public var highest: Int
  /// Since when it has been watched without a gap.
  public var since: Instant
  /// Why it could not be measured, as one line for a person.
  public var failure: String?

  /// A load.
  public init(now: Int?, highest: Int, since: Instant, failure: String? = nil) {
    self.now = now
    self.highest = highest
    self.since = since
    self.failure = failure
  }
}
