public import Calendar
import Host
public import Reconciliation

extension InstancesController {
  public static let hears: Set<Fact.Name> = [.secretVersions]

  public static func listens(
    _ spec: InstancesSpec, of id: ResourceID, publishing own: [Fact], to fact: Fact
  ) -> Bool {
    spec.secrets.contains(fact.about)
  }

  public static func blank(_ resource: Resource<InstancesSpec>) -> InstancesObserved? { InstancesObserved() }

  public static func expect(
    _ action: InstancesAction, of resource: Resource<InstancesSpec>, after observed: InstancesObserved,
    at now: Instant
  ) -> InstancesObserved {
    var after = observed
    func start(_ instance: InstanceName, _ revision: String, _ secrets: [SecretGrant]) {
      after.running.append(
        ObservedInstance(
          index: instance.index, process: imagined(instance, at: now), startedAt: now, revision: revision,
          secrets: secrets))
    }
    switch action {
    case .start(let instance, let revision, let secrets):
      start(instance, revision, secrets)
    case .stop(_, let process, _):
      after.running.removeAll { $0.process == process }
    case .restart(let instance, let process, let revision, let secrets, _, _):
      after.running.removeAll { $0.process == process }
      start(instance, revision, secrets)
    case .scale:
      // What each bears then, the next look shows; nobody can say it before.
      after.load = nil
    }
    after.running.sort { ($0.index, $0.startedAt, $0.process.pid) < ($1.index, $1.startedAt, $1.process.pid) }
    return after
  }

  /// A process that exists in a forecast only. No real one has its number, so that nothing could ever be done to it.
  private static func imagined(_ instance: InstanceName, at now: Instant) -> ProcessIdentity {
    ProcessIdentity(
      pid: 0, startTicks: UInt64(max(0, now.microseconds)) &+ UInt64(instance.index), bootID: "imagined")
  }
}
