import Calendar
import Host
import Reconciliation

/// What is wanted of one entry at one moment: everything of a plan that does not depend on what runs.
struct Wanted {
  let resource: Resource<InstancesSpec>
  let context: PlanContext
  let opening: Opening
  /// What an instance is to be given of each secret; nil while one has no version.
  let grants: [SecretGrant]?
  /// What an instance is to have been started with; nil while that is not known.
  let revision: String?

  init(_ resource: Resource<InstancesSpec>, _ context: PlanContext) {
    self.resource = resource
    self.context = context
    opening = Opening(of: resource, context)
    let grants = resource.spec.secrets.map { name in
      context.facts.secret(name).map { SecretGrant(name, current: $0.current, previous: $0.previous.max()) }
    }
    self.grants = grants.contains { $0 == nil } ? nil : grants.compactMap(\.self)
    revision = self.grants.map { resource.spec.revision(with: $0) }
  }

  var now: Instant { context.now }
  var spec: InstancesSpec { resource.spec }
  var environment: String { resource.id.environment }

  /// The indexes that must run now.
  var required: ClosedRange<Int>? {
    opening.isOpen && size > 0 ? 1...size : nil
  }

  /// The highest index that may run now.
  var highest: Int {
    guard opening.isOpen else { return 0 }
    return spec.scaling == nil ? spec.count.upperBound : size
  }

  func instance(_ index: Int) -> InstanceName { InstanceName(resource.id.name, index) }

  var secretsWithoutVersion: [String] { spec.secrets.filter { context.facts.secret($0) == nil } }

  // MARK: Readiness

  /// One that bears a start in the future has run since before the clock was set back.
  func isReady(_ instance: ObservedInstance) -> Bool {
    instance.notReady == nil && (instance.startedAt > now || instance.startedAt + spec.readyAfter <= now)
  }

  func nextReadinessChange(of instance: ObservedInstance) -> Instant? {
    [instance.startedAt, instance.startedAt + spec.readyAfter].first { $0 > now }
  }

  // MARK: Restarts

  /// Why the instance must be started anew; nil where it need not.
  func outdated(_ instance: ObservedInstance) -> String? {
    guard let revision, let grants else { return nil }
    if instance.revision != revision { return change(from: instance.secrets, to: grants) }
    guard let demand = context.requested("restart"), instance.startedAt < demand.at else { return nil }
    return "asked for by \(demand.owner)" + (demand.reason.isEmpty ? "" : ": \(demand.reason)")
  }

  private func change(from old: [SecretGrant], to new: [SecretGrant]) -> String {
    let renewed = new.filter { grant in old.contains { $0.name == grant.name && $0.current != grant.current }
    }
    guard let first = renewed.first else { return "what is written changed" }
    let more = renewed.count > 1 ? " and \(renewed.count - 1) more" : ""
    return "version \(first.current) of \(first.name)\(more)"
  }

  // MARK: What others may need to know

  var closedFact: [Fact] { opening.isOpen ? [] : [.closed(resource.id, until: opening.changesAt)] }

  /// For whoever reckons what it costs: how many run, nil where that is not known, and what is written.
  func uses(_ running: Int?) -> Fact {
    .uses(by: resource.id, now: running, written: size, hours: spec.hours)
  }

  /// Rule 1: while nothing is seen, every version that works may be in use.
  var secretsThatMayBeInUse: [Fact] {
    spec.secrets.flatMap { name in
      let versions = context.facts.secret(name).map { Set($0.previous + [$0.current]) } ?? []
      return versions.sorted().map { Fact.secretInUse(by: resource.id, name: name, version: $0) }
    }
  }

  var reasons: [Reason] {
    return [Reason("rule", "count: \(spec.count.words)", at: resource.place(of: "count"))] + opening.reasons
      + given
  }

  /// What the secrets' own resources say of those that an instance is to be given.
  private var given: [Reason] {
    guard !spec.secrets.isEmpty else { return [] }
    let versions = spec.secrets.map { name in
      "\(name) \(context.facts.secret(name).map { "version \($0.current)" } ?? "without a version yet")"
    }
    return [Reason("given", versions.joined(separator: ", "), at: resource.place(of: "secrets"))]
  }
}
