import Calendar
import Host
import Instances
import Reconciliation
import Specification

/// Nodes as a file would give them, without a file.
extension SpecNode {
  static func text(_ text: String) -> SpecNode {
    SpecNode(place: Place(file: "staging.yaml"), content: .scalar(SpecScalar(text)))
  }

  static func list(_ texts: [String]) -> SpecNode {
    SpecNode(place: Place(file: "staging.yaml"), content: .list(texts.map { .text($0) }))
  }

  static func map(_ entries: KeyValuePairs<String, SpecNode>) -> SpecNode {
    var line = 1
    return SpecNode(
      place: Place(file: "staging.yaml"),
      content: .mapping(
        entries.map { key, value in
          line += 1
          return SpecEntry(key: SpecKey(key, place: Place(file: "staging.yaml", line: line)), value: value)
        }))
  }
}

enum Fixture {
  static let now = Instant(seconds: 1_795_266_180)  // Sat 2026-11-21 13:03:00 UTC
  static let id = ResourceID(environment: "staging", controller: "instances", name: "web")

  static var header: EnvironmentHeader { EnvironmentHeader(name: "staging", zone: .utc) }

  static func resource(_ spec: InstancesSpec, revision: String = "1") -> Resource<InstancesSpec> {
    Resource(id, spec: spec, node: .map(["run": .list(spec.run), "count": .text(revision)]))
  }

  static func read(_ section: SpecNode) -> (resources: [Resource<InstancesSpec>], mistakes: [String]) {
    let mistakes = Mistakes()
    let resources = InstancesController.read(section, of: header, mistakes: mistakes)
    return (resources, mistakes.all.map(\.message))
  }

  /// Facts that the secrets with these versions exist.
  static func facts(_ secrets: [String: (current: Int, previous: [Int])]) -> Facts {
    var facts = Facts()
    for (name, versions) in secrets {
      let publisher = ResourceID(environment: "staging", controller: "secrets", name: name)
      _ = facts.publish(
        [.secretVersions(by: publisher, name: name, current: versions.current, previous: versions.previous)],
        by: publisher)
    }
    return facts
  }

  static func context(
    at now: Instant = now, facts: Facts = Facts(), override: Override? = nil, demands: [String: Demand] = [:]
  ) -> PlanContext {
    PlanContext(now: now, environment: header, override: override, demands: demands, facts: facts)
  }

  static func process(_ pid: Int32) -> ProcessIdentity {
    ProcessIdentity(pid: pid, startTicks: UInt64(pid), bootID: "boot")
  }

  /// The revision that a plan wants, read off the start that it makes of nothing.
  static func revision(_ resource: Resource<InstancesSpec>, _ context: PlanContext) -> String {
    let plan = InstancesController.plan(resource, .known(InstancesObserved(), at: context.now), context)
    for case .start(_, let revision, _) in plan.actions { return revision }
    return "?"
  }

  static func running(
    _ index: Int, _ revision: String, pid: Int32? = nil, for age: Duration = .seconds(3600),
    secrets: [SecretGrant] = []
  ) -> ObservedInstance {
    ObservedInstance(
      index: index, process: process(pid ?? Int32(index)), startedAt: now - age, revision: revision,
      secrets: secrets)
  }
}
