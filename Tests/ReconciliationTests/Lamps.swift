import Calendar
import Reconciliation
import Specification

/// The smallest controller that needs everything the kernel offers: so many lamps are to be lit.
struct Lamps: Controller {
  struct Spec: Sendable, Hashable {
    var wanted: Int
    var risk: Risk
  }

  struct Observed: Sendable, Codable, Equatable {
    var lit: Int
  }

  struct Action: ControllerAction {
    var lit: Int
    var risk: Risk
    var verb: String { "light" }
    var description: String { "light \(lit)" }
  }

  static let name = "lamps"
  static let requests = ["flash"]
  static let words = ControllerKind.words(["light"])

  static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Reconciliation.Resource<Spec>] {
    MappingReader.read(section, path: name, mistakes: mistakes) { reader in
      reader.keys.compactMap { key in
        guard let node = reader.node(key.text) else { return nil }
        let id = ResourceID(environment: environment.name, controller: name, name: key.text)
        return MappingReader.read(node, path: "\(name)/\(key.text)", mistakes: mistakes) { lamp in
          Resource(
            id,
            spec: Spec(
              wanted: lamp.integer("wanted", in: 0...9) ?? 0,
              risk: lamp.text("risk").flatMap(Risk.init(rawValue:)) ?? .safe),
            node: node)
        }
      }
    }
  }

  func observe(_ resource: Reconciliation.Resource<Spec>) async -> Observation<Observed> {
    .unknown(reason: "a lamp of a test has no world of its own", since: .epoch)
  }

  static func plan(
    _ resource: Reconciliation.Resource<Spec>, _ observed: Observation<Observed>, _ context: PlanContext
  ) -> Plan<Action> {
    guard let lit = observed.value?.lit else { return Plan(.unknown, cell: "?", headline: "in the dark") }
    let wanted = context.override.map { $0.opens ? 9 : 0 } ?? resource.spec.wanted
    var plan = Plan<Action>(
      lit == wanted ? .ready : .changing, cell: "\(lit) of \(wanted)", headline: "\(lit) lit")
    if lit != wanted { plan.actions = [Action(lit: wanted, risk: resource.spec.risk)] }
    if wanted == 9 { plan.findings = [Finding("glare", .warning, "everything is lit", mend: "write less")] }
    if wanted == 0 { plan.facts = [.closed(resource.id, until: nil)] }
    return plan
  }

  func apply(_ action: Action, to resource: Reconciliation.Resource<Spec>) async throws -> Outcome {
    Outcome(action.description)
  }

  static func expect(
    _ action: Action, of resource: Reconciliation.Resource<Spec>, after observed: Observed, at now: Instant
  ) -> Observed {
    Observed(lit: action.lit)
  }
}

/// Switches on when every lamp of its environment is off: what it knows of lamps, it knows by facts.
struct Nightlight: Controller {
  struct Spec: Sendable, Hashable { var lamp: String }
  struct Observed: Sendable, Codable, Equatable { var isOn: Bool }

  struct Action: ControllerAction {
    var isOn: Bool
    var verb: String { "switch" }
    var risk: Risk { .safe }
    var description: String { isOn ? "switch on" : "switch off" }
  }

  static let name = "nightlights"

  static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Reconciliation.Resource<Spec>] {
    MappingReader.read(section, path: name, mistakes: mistakes) { reader in
      reader.keys.compactMap { key in
        reader.node(key.text).map {
          Resource(
            ResourceID(environment: environment.name, controller: name, name: key.text),
            spec: Spec(lamp: key.text), node: $0)
        }
      }
    }
  }

  func observe(_ resource: Reconciliation.Resource<Spec>) async -> Observation<Observed> {
    .unknown(reason: "a nightlight of a test has no world of its own", since: .epoch)
  }

  static func plan(
    _ resource: Reconciliation.Resource<Spec>, _ observed: Observation<Observed>, _ context: PlanContext
  ) -> Plan<Action> {
    let lamp = ResourceID(environment: resource.id.environment, controller: "lamps", name: resource.spec.lamp)
    let wanted = context.facts.isClosed(lamp)
    guard let isOn = observed.value?.isOn else { return Plan(.unknown, cell: "?", headline: "in the dark") }
    var plan = Plan<Action>(isOn == wanted ? .ready : .changing, cell: isOn ? "on" : "off", headline: "")
    if isOn != wanted { plan.actions = [Action(isOn: wanted)] }
    return plan
  }

  func apply(_ action: Action, to resource: Reconciliation.Resource<Spec>) async throws -> Outcome {
    Outcome(action.description)
  }

  static func expect(
    _ action: Action, of resource: Reconciliation.Resource<Spec>, after observed: Observed, at now: Instant
  ) -> Observed {
    Observed(isOn: action.isOn)
  }
}
