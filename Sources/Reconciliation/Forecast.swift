public import Calendar
import DequeModule

/// What would happen: the reducer run forward over a world in which every action does what it says.
///
/// It works on a copy (the reducer is a value) and keeps nothing of what it passes by, so that a year of rotations every
/// few minutes takes no more memory than a day.
public struct Forecast: Sendable {
  /// The reducer as it would stand at the end.
  public let reconciler: Reconciler
  /// Whether the run was cut off because it took too many steps, or too long.
  public let isCutOff: Bool
  /// How many inputs it took in, which is what it cost.
  public let steps: Int
  /// How far it came: the end that was asked for, unless it was cut off.
  public let reached: Instant

  /// The most inputs that a forecast takes in: a plan that never rests ends as a forecast that says so.
  public static let stepsMax = 2_000_000

  /// How many inputs are taken in before it is asked again whether the run has taken too long.
  private static let stepsUnasked = 64

  /// Runs `reconciler` forward from `start` to `end`, or until `isOver` says that it has taken too long. What is unknown now
  /// stays unknown; what would wait for a person waits. `tell` hears each event that would be recorded, in order, and how the
  /// reducer stands then.
  public init(
    of reconciler: Reconciler, from start: Instant, to end: Instant, stepsMax: Int = Forecast.stepsMax,
    isOver: @escaping () -> Bool = { false }, tell: (Event, Reconciler) -> Void
  ) {
    var run = Run(reconciler, at: start, stepsMax: stepsMax, isOver: isOver)
    run.lookAtEverything(tell)
    while !run.isCutOff, let next = run.reconciler.nextWake, next <= end {
      run.now = max(run.now, next)
      run.take(.woke, tell)
    }
    isCutOff = run.isCutOff
    steps = run.steps
    reached = isCutOff ? run.now : end
    self.reconciler = run.reconciler
  }

  private struct Run {
    var reconciler: Reconciler
    var world: [ResourceID: Observation<AnyObserved>]
    var steps = 0
    var now: Instant
    let stepsMax: Int
    private let isOver: () -> Bool
    private var tookTooLong = false
    /// What is still to be taken in: a queue, because a long chain of actions would be a deep recursion.
    private var inbox: Deque<Input> = []

    var isCutOff: Bool { steps >= stepsMax || tookTooLong }

    init(_ reconciler: Reconciler, at start: Instant, stepsMax: Int, isOver: @escaping () -> Bool) {
      world = reconciler.resources.compactMapValues(\.observation)
      self.reconciler = reconciler
      self.reconciler.limits.lookEvery = nil
      self.reconciler.limits.looksAgain = false
      self.reconciler.refusals = Refusals()
      self.stepsMax = stepsMax
      self.isOver = isOver
      now = start
    }

    mutating func lookAtEverything(_ tell: (Event, Reconciler) -> Void) {
      for (id, kept) in reconciler.resources.sorted(by: { $0.key < $1.key }) {
        // What is under way now is taken to end well.
        if let begun = kept.underWay { perform(begun.action, of: kept.resource, intent: begun.intent) }
        if kept.isLooking { look(at: kept.resource) }
        take(.noticed(id), tell)
      }
    }

    mutating func take(_ input: Input, _ tell: (Event, Reconciler) -> Void) {
      inbox.append(input)
      while !isCutOff, let next = inbox.popFirst() {
        steps += 1
        if steps % Forecast.stepsUnasked == 0, isOver() { tookTooLong = true }
        for effect in reconciler.step(next, now: now) {
          if case .record(let events) = effect {
            for event in events { tell(event, reconciler) }
          } else {
            carryOut(effect)
          }
        }
      }
    }

    private mutating func carryOut(_ effect: Effect) {
      switch effect {
      case .observe(let resource): look(at: resource)
      case .perform(let action, let resource, let intent): perform(action, of: resource, intent: intent)
      case .record, .answer, .reveal: break
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
