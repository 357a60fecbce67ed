import Calendar
import Controllers
import Reconciliation
import Specification

/// What a controller answers with a plan.
struct Question<Base: Controller> {
  var resource: Resource<Base.Spec>
  var observed: Observation<Base.Observed>
  var context: PlanContext

  /// The answer.
  var plan: Plan<Base.Action> { Base.plan(resource, observed, context) }

  /// The same where something else is written.
  func written(_ change: (inout Base.Spec) -> Void) -> Self {
    var question = self
    question.resource = resource.map { spec in
      var spec = spec
      change(&spec)
      return spec
    }
    return question
  }

  /// The same where something else was found.
  func found(_ change: (inout Base.Observed) -> Void) -> Self {
    var question = self
    question.observed = observed.map { found in
      var found = found
      change(&found)
      return found
    }
    return question
  }

  /// The same so much later, in another zone, or without an override.
  func asked(later: Duration = .zero, zone: Zone? = nil, hasOverride: Bool = true) -> Self {
    var question = self
    question.context = context.changed(now: context.now + later, zone: zone, hasOverride: hasOverride)
    return question
  }
}

/// A fault in the pure half of a controller.
protocol PlanFault<Base> {
  associatedtype Base: Controller
  /// Makes a right plan wrong.
  static func spoil(_ plan: inout Plan<Base.Action>, for question: Question<Base>)
  static func expect(
    _ action: Base.Action, of resource: Resource<Base.Spec>, after observed: Base.Observed, at now: Instant
  ) -> Base.Observed
}

extension PlanFault {
  static func spoil(_ plan: inout Plan<Base.Action>, for question: Question<Base>) {}

  static func expect(
    _ action: Base.Action, of resource: Resource<Base.Spec>, after observed: Base.Observed, at now: Instant
  ) -> Base.Observed {
    Base.expect(action, of: resource, after: observed, at: now)
  }
}

/// Actions of one verb are never planned.
protocol ForgetsActions: PlanFault {
  static var verb: String { get }
}

extension ForgetsActions {
  static func spoil(_ plan: inout Plan<Base.Action>, for question: Question<Base>) {
    plan.actions.removeAll { $0.verb == verb }
  }
}

/// A finding whose code begins so is never made.
protocol HidesFindings: PlanFault {
  static var code: String { get }
}

extension HidesFindings {
  static func spoil(_ plan: inout Plan<Base.Action>, for question: Question<Base>) {
    plan.findings.removeAll { $0.code.hasPrefix(code) }
  }
}

/// The plan wakes at the far boundary and not at the near one.
enum MasksWakes<Base: Controller>: PlanFault {
  static func spoil(_ plan: inout Plan<Base.Action>, for question: Question<Base>) {
    plan.wakeAt = plan.wakeAt.map { $0 + .seconds(1_800) }
  }
}

/// An action whose cost is told with it.
protocol RiskyAction: ControllerAction {
  var risk: Risk { get set }
}

/// Whatever an action can cost, it is called safe.
enum CallsSafe<Base: Controller>: PlanFault where Base.Action: RiskyAction {
  static func spoil(_ plan: inout Plan<Base.Action>, for question: Question<Base>) {
    for index in plan.actions.indices { plan.actions[index].risk = .safe }
  }
}

/// The controller `Fault.Base` with the fault in it. It never acts: the simulated world does.
struct Planted<Fault: PlanFault>: Controller {
  typealias Spec = Fault.Base.Spec
  typealias Observed = Fault.Base.Observed
  typealias Action = Fault.Base.Action

  static var name: String { Fault.Base.name }
  static var requests: [String] { Fault.Base.requests }
  static var words: [String: Set<String>] { Fault.Base.words }
  static var reveals: Bool { Fault.Base.reveals }
  static var hears: Set<Fact.Name> { Fault.Base.hears }

  static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<Spec>] {
    Fault.Base.read(section, of: environment, mistakes: mistakes)
  }

  static func plan(
    _ resource: Resource<Spec>, _ observed: Observation<Observed>, _ context: PlanContext
  ) -> Plan<Action> {
    let question = Question<Fault.Base>(resource: resource, observed: observed, context: context)
    var plan = question.plan
    Fault.spoil(&plan, for: question)
    return plan
  }

  static func expect(
    _ action: Action, of resource: Resource<Spec>, after observed: Observed, at now: Instant
  ) -> Observed {
    Fault.expect(action, of: resource, after: observed, at: now)
  }

  static func listens(_ spec: Spec, of id: ResourceID, publishing own: [Fact], to fact: Fact) -> Bool {
    Fault.Base.listens(spec, of: id, publishing: own, to: fact)
  }

  static func bill(
    _ resource: Resource<Spec>, from before: PlanContext, to after: PlanContext
  ) -> Bill? {
    Fault.Base.bill(resource, from: before, to: after)
  }

  static func blank(_ resource: Resource<Spec>) -> Observed? { Fault.Base.blank(resource) }

  func observe(_ resource: Resource<Spec>) async -> Observation<Observed> {
    .unknown(reason: "a planted controller looks at nothing", since: .epoch)
  }

  func apply(_ action: Action, to resource: Resource<Spec>) async throws -> Outcome {
    throw Failure(
      .terminal, code: "planted", operation: action.description, subject: "\(resource.id)",
      cause: "a planted controller does nothing")
  }
}

extension PlanContext {
  fileprivate func changed(now: Instant, zone: Zone?, hasOverride: Bool) -> PlanContext {
    var environment = environment
    environment.zone = zone ?? environment.zone
    return PlanContext(
      now: now, environment: environment, memory: memory, override: hasOverride ? override : nil,
      demands: newestDemands, facts: facts, usages: usages)
  }

  private var newestDemands: [String: Demand] {
    var demands: [String: Demand] = [:]
    for verb in Set(Controllers.kinds.flatMap(\.requests)) { demands[verb] = requested(verb) }
    return demands
  }
}
