public import Calendar
import DequeModule

/// What would happen: the reducer run forward over a world in which every action does what it says.
public struct Forecast: Sendable {
  /// The events that would be recorded, in order.
  public let events: [Event]
  /// Whether the run was cut off because it took too many steps.
  public let isCutOff: Bool

  /// The most inputs that a forecast takes in: a plan that never rests ends as a forecast that says so.
  public static let stepsMax = 2_000_000

  /// Runs `reconciler` forward from `start` to `end`. What is unknown now stays unknown; what would wait for a person
  /// waits.
  public init(of reconciler: Reconciler, from start: Instant, to end: Instant) {
    var run = Run(reconciler, at: start)
    run.lookAtEverything()
    while run.steps < Forecast.stepsMax, let next = run.reconciler.nextWake, next <= end {
      run.now = max(run.now, next)
      run.take(.woke)
    }
    events = run.events
    isCutOff = run.steps >= Forecast.stepsMax
  }

  private struct Run {
    var reconciler: Reconciler
    var world: [ResourceID: Observation<AnyObserved>]
    var events: [Event] = []
    var steps = 0
    var now: Instant
    /// What is still to be taken in: a queue, because a long chain of actions would be a deep recursion.
    private var inbox: Deque<Input> = []

    init(_ reconciler: Reconciler, at start: Instant) {
      world = reconciler.resources.compactMapValues(\.observation)
      self.reconciler = reconciler
      self.reconciler.limits.lookEvery = nil
      now = start
    }

    mutating func lookAtEverything() {
      for (id, kept) in reconciler.resources.sorted(by: { $0.key < $1.key }) {
        // What is under way now is taken to end well.
        if let begun = kept.underWay { perform(begun.action, of: kept.resource, intent: begun.intent) }
        if kept.isLooking { look(at: kept.resource) }
        take(.noticed(id))
      }
    }

    mutating func take(_ input: Input) {
      inbox.append(input)
      while steps < Forecast.stepsMax, let next = inbox.popFirst() {
        steps += 1
        for effect in reconciler.step(next, now: now) { carryOut(effect) }
      }
    }

    private mutating func carryOut(_ effect: Effect) {
      switch effect {
      case .record(let recorded): events += recorded
      case .observe(let resource): look(at: resource)
      case .perform(let action, let resource, let intent): perform(action, of: resource, intent: intent)
      case .answer, .reveal: break
      }
    }

    private mutating func look(at resource: AnyResource) {
      let seen =
        world[resource.id] ?? .unknown(reason: "not looked at yet when the forecast was made", since: now)
      inbox.append(.observed(resource.id, seen.value.map { .known($0, at: now) } ?? seen))
    }

    private mutating func perform(_ action: AnyAction, of resource: AnyResource, intent: Int64) {
      if let kind = reconciler.kinds[resource.id.controller], let observed = world[resource.id]?.value {
        world[resource.id] = .known(
          kind.expect(action, of: resource, after: observed, at: now), at: now)
      }
      inbox.append(.finished(intent: intent, of: resource.id, .success(Outcome(action.description))))
    }
  }
}
