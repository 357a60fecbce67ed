public import Calendar
public import Specification

/// A resource as the reducer keeps it.
public struct Kept: Sendable {
  /// What the operator wrote.
  public let resource: AnyResource
  /// What the last look found; nil before the first.
  public internal(set) var observation: Observation<AnyObserved>?
  /// When that was received: an action begins only on a fresh one.
  var receivedAt: Instant?
  /// Whether a look is under way, and whether another was asked for meanwhile.
  var isLooking = false
  var lookAgain = false
  /// The action under way, and what the next look should find after it.
  public internal(set) var underWay: Begun?
  /// The action that ended last, until the next plan has confirmed it.
  var unconfirmed: Begun?
  /// The last plan; nil before the first.
  public internal(set) var plan: AnyPlan?
  /// What the kernel itself waits for before the plan's actions may begin: windows, approvals, back-off, suspension.
  public internal(set) var held: [Hold] = []
  /// The event after which it is planned as it is: a person's request, a version of the file, the end of its own last
  /// action. Nil where time alone, or what a look found, led there.
  public internal(set) var because: Int64?
  /// When to look again.
  public internal(set) var wakeAt: Instant?
  /// The nearest entry of the queue of wakes that is this resource's.
  var queuedAt: Instant?

  init(_ resource: AnyResource) { self.resource = resource }

  /// How it stands: the plan's word, unless the kernel knows better.
  public var state: ResourceState {
    guard let plan else { return .unknown }
    if underWay != nil { return max(plan.state, .changing) }
    if !held.isEmpty { return max(plan.state, .waiting) }
    return plan.state
  }
}

/// An action that was begun.
public struct Begun: Sendable {
  /// The event that announced it.
  public let intent: Int64
  /// The action.
  public let action: AnyAction
  /// When it began.
  public let at: Instant
  /// What the next look should find; nil where it began without an observation.
  let expected: AnyObserved?
}

/// An action that is planned and may not begin yet.
public struct Hold: Sendable, Equatable {
  /// The action.
  public let action: AnyAction
  /// What must happen first.
  public let wait: Wait
  /// What an approval of it must name; nil where none is needed.
  public let digest: String?
}

/// An environment as the reducer keeps it.
public struct EnvironmentState: Sendable {
  /// What its file says of it; nil while no good version of the file is known.
  public internal(set) var header: EnvironmentHeader?
  /// The file's path, as messages show it.
  public internal(set) var file: String
  /// The digest of the version in force.
  public internal(set) var digest: String?
  /// The digest of the version that was refused, and its mistakes; nil once a good version is read.
  public internal(set) var refusal: (digest: String, mistakes: [Mistake])?
  /// Whether the file is gone: nothing is kept, and nothing was torn down.
  public internal(set) var isReleased = false
  /// The sections that no controller keeps yet.
  public internal(set) var notKept: [UnkeptSection] = []
  /// What its controllers have published.
  public internal(set) var facts = Facts()
  /// The resources that have not been planned since the start or since they were written.
  var unheard: Set<ResourceID> = [] {
    didSet { facts.isComplete = unheard.isEmpty }
  }
  /// The actions under way in it.
  var underWay = 0

  init(file: String) { self.file = file }
}
