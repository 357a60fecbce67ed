public import Calendar
public import Specification

/// What a controller decided for one resource at one moment: a value, made by a pure function.
public struct Plan<Action: Sendable & Equatable>: Sendable, Equatable {
  /// How the resource stands, in one word.
  public var state: ResourceState
  /// The cell of `steward status`, at most about 14 characters: `2 of 2..3`, `3 fresh`, `off`.
  public var cell: String
  /// The first line of `steward why`: `none running, as written`.
  public var headline: String
  /// The rules and inputs that led here, each with the line of the file it comes from where it has one.
  public var reasons: [Reason]
  /// What to do, the most urgent first. Each is right by itself on what was observed: the reducer begins the first
  /// whose requirement is met, looks again, and plans again.
  public var actions: [Action]
  /// What keeps the resource from being as written, apart from the actions above.
  public var waitingOn: [Wait]
  /// What is not as it should be, and how to mend it.
  public var findings: [Finding]
  /// What other controllers of the same environment may need to know.
  public var facts: [Fact]
  /// When to look again at the latest: the minimum of everything that time alone will change.
  public var wakeAt: Instant?

  /// A plan without actions.
  public init(_ state: ResourceState, cell: String, headline: String) {
    self.state = state
    self.cell = cell
    self.headline = headline
    self.reasons = []
    self.actions = []
    self.waitingOn = []
    self.findings = []
    self.facts = []
    self.wakeAt = nil
  }

  /// Looks again at `instant`, or earlier where something else asks for it: a far wake never masks a near one.
  public mutating func wake(at instant: Instant?) {
    guard let instant else { return }
    wakeAt = wakeAt.map { min($0, instant) } ?? instant
  }

  /// The same plan with its actions seen as another type.
  public func map<Other>(_ transform: (Action) throws -> Other) rethrows -> Plan<Other> {
    var other = Plan<Other>(state, cell: cell, headline: headline)
    other.reasons = reasons
    other.actions = try actions.map(transform)
    other.waitingOn = waitingOn
    other.findings = findings
    other.facts = facts
    other.wakeAt = wakeAt
    return other
  }
}

/// How a resource stands. Ordered by how much it should worry someone.
public enum ResourceState: String, Sendable, Codable, Comparable, CaseIterable {
  /// As written, and written to be off now.
  case closed
  /// As written.
  case ready
  /// On its way: an action is planned or under way.
  case changing
  /// Something must happen first: a window, an approval, a person, another resource.
  case waiting
  /// Not as it should be, and steward alone cannot mend it.
  case degraded
  /// The look failed.
  case unknown

  public static func < (left: ResourceState, right: ResourceState) -> Bool { left.rank < right.rank }

  private var rank: Int { ResourceState.allCases.firstIndex(of: self) ?? 0 }
}

/// One line of an explanation: `rule  open: Mon..Fri 07:00-20:00  environments/staging.yaml:17`.
public struct Reason: Sendable, Hashable, Codable {
  /// What kind of line it is: `rule`, `now`, `opens`, `observed`, `override` …
  public var label: String
  /// The line itself.
  public var text: String
  /// The place in the files that it comes from.
  public var place: Place?

  /// A line of an explanation.
  public init(_ label: String, _ text: String, at place: Place? = nil) {
    self.label = label
    self.text = text
    self.place = place
  }
}

/// Something that must happen first.
public struct Wait: Sendable, Hashable, Codable {
  /// For what, as a person would say it.
  public var reason: String
  /// Who or what can end it, with the command where there is one.
  public var endedBy: String
  /// When it ends by itself; nil if it never does.
  public var until: Instant?
  /// The line of the file that asks for it; nil where none does.
  public var place: Place?

  /// A wait for `reason`.
  public init(_ reason: String, endedBy: String, until: Instant? = nil, at place: Place? = nil) {
    self.reason = reason
    self.endedBy = endedBy
    self.until = until
    self.place = place
  }
}

/// Something that is not as it should be.
public struct Finding: Sendable, Hashable, Codable {
  /// A short stable name, unique within the resource: `stale`, `crash-loop`, `no-room`. The event log raises and
  /// clears a finding by this name.
  public var code: String
  /// How much it matters.
  public var severity: Severity
  /// What is wrong, with the figures.
  public var message: String
  /// What a person can do about it.
  public var mend: String
  /// The line of the file whose promise is not kept.
  public var place: Place?

  /// A finding.
  public init(_ code: String, _ severity: Severity, _ message: String, mend: String, at place: Place? = nil) {
    self.code = code
    self.severity = severity
    self.message = message
    self.mend = mend
    self.place = place
  }
}
