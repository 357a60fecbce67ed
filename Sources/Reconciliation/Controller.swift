public import Calendar
public import Specification

/// A value that says what to do, prints as one line that a person understands, and can be written to the event log
/// and read back after a crash.
public protocol ControllerAction: Sendable, Codable, Equatable, CustomStringConvertible {
  /// The kind of action in one word, as it stands in the event's name: `start`, `prepare`, `purge`.
  var verb: String { get }
  /// What it can cost.
  var risk: Risk { get }
  /// The key of the resource whose rule leads to it, where it is written: `every`, `open`, `keep`. By default nil.
  var rule: String? { get }
}

extension ControllerAction {
  public var rule: String? { nil }
}

/// Keeps one section of the environment file. `read`, `plan` and `expect` are pure; `observe` and `apply` are the only
/// doors to the world, and everything they need comes with the value that they are called on.
///
/// Each controller is a folder of four files: `Spec.swift` (what the operator wrote), `Observe.swift` (how to look),
/// `Plan.swift` (what to do about it), `Apply.swift` (how to do it).
public protocol Controller: Sendable {
  /// What the operator wrote of one resource.
  associatedtype Spec: Sendable, Hashable
  /// What a look finds.
  associatedtype Observed: Sendable, Codable, Equatable
  /// What can be done.
  associatedtype Action: ControllerAction

  /// The section of the file, the folder of the code, the column in `steward status`, the prefix of the events.
  static var name: String { get }

  /// What people may ask for by `steward VERB RESOURCE`: `rotate`, `drill`, `restart`. What was asked for stands in
  /// ``PlanContext/requested(_:)``; the plan compares it with when that last happened.
  static var requests: [String] { get }

  /// The words by which people ask `steward why not WORD RESOURCE`, each with the verbs of the actions that are it: a
  /// secret's `rotate` is any step of a rotation. Every verb of an action stands under its own name too.
  static var words: [String: Set<String>] { get }

  /// Reads the section: every mistake goes to `mistakes`; what was read is used only if there is none.
  static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<Spec>]

  /// What nobody else may have beside it, in its own environment or in another. Pure; by default nothing.
  static func claims(of resource: Resource<Spec>) -> [Claim]

  /// Looks. A failed look is `.unknown`, never an empty result.
  func observe(_ resource: Resource<Spec>) async -> Observation<Observed>

  /// Decides. Pure: the same inputs give the same plan, and `plan` of what ``expect(_:of:after:at:)`` says is left
  /// after the actions has no actions.
  static func plan(
    _ resource: Resource<Spec>, _ observed: Observation<Observed>, _ context: PlanContext
  ) -> Plan<Action>

  /// What kinds of facts any plan of this controller may depend on. By default all.
  static var hears: Set<Fact.Name> { get }

  /// Whether the plan of the resource `id`, which last published `own`, may depend on `fact`, so that it is made again when
  /// that changes. By default on all that the controller ``hears``. (Everybody is planned again when the environment's facts become complete.)
  static func listens(_ spec: Spec, of id: ResourceID, publishing own: [Fact], to fact: Fact) -> Bool

  /// What the environment costs between the moments of two contexts, where this resource is what knows prices. Pure; by
  /// default nil.
  static func bill(_ resource: Resource<Spec>, from before: PlanContext, to after: PlanContext) -> Bill?

  /// What is written of the resource and cannot hold, or will not at times, as far as its own rules tell. Pure; by default
  /// nothing. What shows itself when time goes on is found by ``Contradictions`` for all controllers.
  static func contradictions(in resource: Resource<Spec>, _ prospect: Prospect) -> [Finding]

  /// Does it. Throws or returns, never both; looks before it acts where an earlier attempt may have got half-way.
  /// - Throws: ``Failure``; anything else counts as a transient one.
  func apply(_ action: Action, to resource: Resource<Spec>) async throws -> Outcome

  /// What a look should find after `action` took place on `observed` at `now`. Used three times: by the forecast, by
  /// the simulation as its world, and by the reducer to say what a change that did not take should have changed.
  static func expect(
    _ action: Action, of resource: Resource<Spec>, after observed: Observed, at now: Instant
  ) -> Observed

  /// What a look finds where nothing of the resource was made yet: the world from which `steward check` runs the files
  /// forward, everything else being derived from it by ``expect(_:of:after:at:)``. By default nil: nobody can say, the
  /// resource counts as unknown, and nothing is concluded from it.
  static func blank(_ resource: Resource<Spec>) -> Observed?

  /// News of resources that changed by themselves, such as a child that died, so that nobody need poll. Read once, for as
  /// long as the daemon runs; by default there is none.
  var changes: AsyncStream<ResourceID> { get }

  /// Whether the resources of this section stand for secret values; by default they do not.
  static var reveals: Bool { get }

  /// The secret value that the resource stands for, for `steward secret get`.
  /// - Throws: ``Failure``; the default says that this section holds no secrets.
  func reveal(_ resource: Resource<Spec>) async throws -> String
}

extension Controller {
  public static var requests: [String] { [] }

  public static var hears: Set<Fact.Name> { Set(Fact.Name.allCases) }
  public static var words: [String: Set<String>] { [:] }

  public static func listens(_ spec: Spec, of id: ResourceID, publishing own: [Fact], to fact: Fact) -> Bool {
    true
  }

  public static func bill(
    _ resource: Resource<Spec>, from before: PlanContext, to after: PlanContext
  ) -> Bill? {
    nil
  }

  public static func contradictions(in resource: Resource<Spec>, _ prospect: Prospect) -> [Finding] { [] }

  public static func claims(of resource: Resource<Spec>) -> [Claim] { [] }

  public static func blank(_ resource: Resource<Spec>) -> Observed? { nil }

  public var changes: AsyncStream<ResourceID> { AsyncStream { $0.finish() } }

  public static var reveals: Bool { false }

  public func reveal(_ resource: Resource<Spec>) async throws -> String {
    throw Failure(
      .terminal, code: "no-secret", operation: "secret get", subject: "\(resource.id)",
      cause: "`\(Self.name)` holds no secrets; name one as environment/secrets/NAME")
  }
}
