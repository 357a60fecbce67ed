import Calendar
import Reconciliation
import Specification

/// A small real controller: shutters that are open in their hours. It has all that the socket shows: a rule
/// with its line, a wake that changes the plan, a finding, a demand, and a secret.
struct Shutters: Controller {
  struct Spec: Sendable, Hashable {
    var hours: Hours
    var risk: Risk
  }

  struct Observed: Sendable, Codable, Equatable {
    var isOpen: Bool
    var isRusty: Bool = false
  }

  struct Action: ControllerAction {
    var opens: Bool
    var risk: Risk
    var verb: String { opens ? "raise" : "lower" }
    var description: String { opens ? "raise the shutter" : "lower the shutter" }
  }

  static let name = "shutters"
  static let requests = ["oil"]
  static let reveals = true

  static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Reconciliation.Resource<Spec>] {
    MappingReader.read(section, path: name, mistakes: mistakes) { reader in
      reader.keys.compactMap { key in
        guard let node = reader.node(key.text) else { return nil }
        let id = ResourceID(environment: environment.name, controller: name, name: key.text)
        return MappingReader.read(node, path: "\(name)/\(key.text)", mistakes: mistakes) { shutter in
          Resource(
            id,
            spec: Spec(
              hours: shutter.hours(open: "open") ?? Hours(windows: []),
              risk: shutter.text("risk").flatMap(Risk.init(rawValue:)) ?? .safe),
            node: node)
        }
      }
    }
  }

  func observe(_ resource: Reconciliation.Resource<Spec>) async -> Observation<Observed> {
    .unknown(reason: "the town of a test looks itself", since: .epoch)
  }

  static func plan(
    _ resource: Reconciliation.Resource<Spec>, _ observed: Observation<Observed>, _ context: PlanContext
  ) -> Plan<Action> {
    guard let seen = observed.value else { return Plan(.unknown, cell: "?", headline: "in the fog") }
    let zone = context.environment.zone
    let wanted = context.override?.opens ?? resource.spec.hours.isOpen(at: context.now, in: zone)
    var plan = Plan<Action>(
      seen.isOpen != wanted ? .changing : wanted ? .ready : .closed, cell: wanted ? "open" : "shut",
      headline: wanted ? "open, as written" : "shut, as written")
    plan.reasons = [Reason("rule", "open: \(resource.spec.hours)", at: resource.place(of: "open"))]
    if seen.isOpen != wanted { plan.actions = [Action(opens: wanted, risk: resource.spec.risk)] }
    if seen.isRusty {
      plan.findings = [
        Finding(
          "rust", .warning, "the hinges are rusty", mend: "steward oil \(resource.id)", at: resource.place)
      ]
    }
    plan.wake(at: resource.spec.hours.nextChange(after: context.now, in: zone))
    return plan
  }

  func apply(_ action: Action, to resource: Reconciliation.Resource<Spec>) async throws -> Outcome {
    Outcome(action.description)
  }

  static func expect(
    _ action: Action, of resource: Reconciliation.Resource<Spec>, after observed: Observed, at now: Instant
  ) -> Observed {
    Observed(isOpen: action.opens, isRusty: observed.isRusty)
  }
}
