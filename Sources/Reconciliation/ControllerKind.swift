public import Calendar
public import Specification

/// A value whose type only its controller knows.
public struct Opaque: Sendable {
  let value: any Sendable

  init(_ value: any Sendable) { self.value = value }

  func unwrap<Value>(_ type: Value.Type = Value.self) -> Value {
    guard let typed = value as? Value else {
      preconditionFailure("a \(Value.self) of one controller was handed to another")
    }
    return typed
  }
}

/// A resource of any controller.
public typealias AnyResource = Resource<Opaque>

/// A plan of any controller.
public typealias AnyPlan = Plan<AnyAction>

/// What any controller observed: opaque to the kernel but for its equality and its JSON.
public struct AnyObserved: Sendable, Equatable {
  let opaque: Opaque
  private let equals: @Sendable (Opaque) -> Bool
  private let encode: @Sendable () -> JSON

  init<Observed: Sendable & Codable & Equatable>(_ observed: Observed) {
    opaque = Opaque(observed)
    equals = { ($0.value as? Observed) == observed }
    // An observation is made of plain values: what cannot be encoded is a fault of its type, shown as such.
    encode = { (try? JSON(encoding: observed)) ?? .string("not encodable") }
  }

  /// The observation as JSON, as `steward why --json` and golden cases show it.
  public var json: JSON { encode() }

  public static func == (left: AnyObserved, right: AnyObserved) -> Bool { left.equals(right.opaque) }
}

/// An action of any controller.
public struct AnyAction: Sendable, Equatable, CustomStringConvertible {
  /// The kind of action in one word.
  public let verb: String
  /// What it can cost.
  public let risk: Risk
  /// The key of the resource whose rule leads to it.
  public let rule: String?
  /// One line that a person understands.
  public let description: String
  let opaque: Opaque
  private let equals: @Sendable (Opaque) -> Bool
  private let encode: @Sendable () -> JSON

  init<A: ControllerAction>(_ action: A) {
    verb = action.verb
    risk = action.risk
    rule = action.rule
    description = action.description
    opaque = Opaque(action)
    equals = { ($0.value as? A) == action }
    // An action is made of plain values: what cannot be encoded is a fault of its type, shown as such.
    encode = { (try? JSON(encoding: action)) ?? .string(action.description) }
  }

  /// The action as it stands in the event log, of at most ``Event/actionBytesMax`` bytes. Encoded anew each time: most plans
  /// are never recorded.
  public var json: JSON { encode().reduced(toBytes: Event.actionBytesMax) }

  public static func == (left: AnyAction, right: AnyAction) -> Bool { left.equals(right.opaque) }
}

/// The pure half of a controller, with its types hidden: what the reducer, `steward check` and the forecast need.
public struct ControllerKind: Sendable {
  /// The section of the file that it keeps.
  public let name: String
  /// The verbs that people may demand of it.
  public let requests: [String]
  /// The words for its actions, each with the verbs that are meant; see ``Controller/words``.
  public let words: [String: Set<String>]
  /// Whether its resources stand for secret values; see ``Controller/reveals``.
  public let reveals: Bool

  private let readSection: @Sendable (SpecNode, EnvironmentHeader, Mistakes) -> [AnyResource]
  private let claim: @Sendable (AnyResource) -> [Claim]
  private let makePlan: @Sendable (AnyResource, Observation<AnyObserved>, PlanContext) -> AnyPlan
  private let decodeObserved: @Sendable (JSON) throws -> AnyObserved
  private let hears: Set<Fact.Name>
  private let depends: @Sendable (AnyResource, [Fact], Fact) -> Bool
  private let makeBill: @Sendable (AnyResource, PlanContext, PlanContext) -> Bill?
  private let contradict: @Sendable (AnyResource, Prospect) -> [Finding]
  private let makeBlank: @Sendable (AnyResource) -> AnyObserved?
  private let makeExpectation: @Sendable (AnyAction, AnyResource, AnyObserved, Instant) -> AnyObserved

  /// The pure half of `type`.
  public init<C: Controller>(_ type: C.Type) {
    name = C.name
    requests = C.requests
    words = C.words
    reveals = C.reveals
    readSection = { section, environment, mistakes in
      C.read(section, of: environment, mistakes: mistakes).map { $0.map { Opaque($0) } }
    }
    claim = { resource in C.claims(of: resource.map { $0.unwrap() }) }
    makePlan = { resource, observation, context in
      C.plan(resource.map { $0.unwrap() }, observation.map { $0.opaque.unwrap() }, context).map {
        AnyAction($0)
      }
    }
    decodeObserved = { json in AnyObserved(try json.decoded(as: C.Observed.self)) }
    hears = C.hears
    depends = { resource, own, fact in
      C.listens(resource.spec.unwrap(), of: resource.id, publishing: own, to: fact)
    }
    makeBill = { resource, before, after in
      C.bill(resource.map { $0.unwrap() }, from: before, to: after)
    }
    contradict = { resource, prospect in C.contradictions(in: resource.map { $0.unwrap() }, prospect) }
    makeBlank = { resource in C.blank(resource.map { $0.unwrap() }).map { AnyObserved($0) } }
    makeExpectation = { action, resource, observed, now in
      AnyObserved(
        C.expect(
          action.opaque.unwrap(), of: resource.map { $0.unwrap() }, after: observed.opaque.unwrap(), at: now))
    }
  }

  /// What ``Controller/words`` is for these verbs, each under its own name, and these words beside them.
  public static func words(
    _ verbs: [String], _ others: [String: Set<String>] = [:]
  ) -> [String: Set<String>] {
    Dictionary(verbs.map { ($0, [$0]) }, uniquingKeysWith: { first, _ in first }).merging(others) { $1 }
  }

  /// Reads the section; see ``Controller/read(_:of:mistakes:)``.
  public func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [AnyResource] {
    readSection(section, environment, mistakes)
  }

  /// What nobody else may have; see ``Controller/claims(of:)``.
  public func claims(of resource: AnyResource) -> [Claim] { claim(resource) }

  /// Plans; see ``Controller/plan(_:_:_:)``.
  public func plan(
    _ resource: AnyResource, _ observation: Observation<AnyObserved>, _ context: PlanContext
  ) -> AnyPlan {
    makePlan(resource, observation, context)
  }

  /// Reads an observation that was written as JSON: golden cases and simulated worlds are.
  /// - Throws: `DecodingError` where it is none of this controller's.
  public func observed(from json: JSON) throws -> AnyObserved { try decodeObserved(json) }

  /// Whether a plan may depend on `fact`; see ``Controller/listens(_:of:publishing:to:)``.
  public func listens(_ resource: AnyResource, publishing own: [Fact], to fact: Fact) -> Bool {
    hears.contains(fact.name) && depends(resource, own, fact)
  }

  /// What the environment costs; see ``Controller/bill(_:from:to:)``.
  public func bill(_ resource: AnyResource, from before: PlanContext, to after: PlanContext) -> Bill? {
    makeBill(resource, before, after)
  }

  /// What cannot hold; see ``Controller/contradictions(in:_:)``.
  public func contradictions(in resource: AnyResource, _ prospect: Prospect) -> [Finding] {
    contradict(resource, prospect)
  }

  /// What a look finds where nothing was made yet; see ``Controller/blank(_:)``.
  public func blank(_ resource: AnyResource) -> AnyObserved? { makeBlank(resource) }

  /// What a look should find afterwards; see ``Controller/expect(_:of:after:at:)``.
  public func expect(
    _ action: AnyAction, of resource: AnyResource, after observed: AnyObserved, at now: Instant
  ) -> AnyObserved {
    makeExpectation(action, resource, observed, now)
  }
}

/// A whole controller, with its types hidden: what the daemon needs.
public struct LiveController: Sendable {
  /// Its pure half.
  public let kind: ControllerKind
  /// News of resources that changed by themselves; see ``Controller/changes``.
  public let changes: AsyncStream<ResourceID>

  private let look: @Sendable (AnyResource) async -> Observation<AnyObserved>
  private let act: @Sendable (AnyAction, AnyResource) async throws -> Outcome
  private let show: @Sendable (AnyResource) async throws -> String

  /// Hides the types of `controller`.
  public init<C: Controller>(_ controller: C) {
    kind = ControllerKind(C.self)
    changes = controller.changes
    look = { resource in await controller.observe(resource.map { $0.unwrap() }).map { AnyObserved($0) } }
    act = { action, resource in
      try await controller.apply(action.opaque.unwrap(), to: resource.map { $0.unwrap() })
    }
    show = { resource in try await controller.reveal(resource.map { $0.unwrap() }) }
  }

  /// Looks; see ``Controller/observe(_:)``.
  public func observe(_ resource: AnyResource) async -> Observation<AnyObserved> { await look(resource) }

  /// Acts; see ``Controller/apply(_:to:)``.
  public func apply(_ action: AnyAction, to resource: AnyResource) async throws -> Outcome {
    try await act(action, resource)
  }

  /// Reads the resource's secret; see ``Controller/reveal(_:)``.
  public func reveal(_ resource: AnyResource) async throws -> String { try await show(resource) }
}
