import Calendar
import Host
public import Reconciliation

extension InstancesController {
  /// Looks at the processes of the machine, and takes over those that an earlier daemon started; at the units, where
  /// systemd keeps them.
  public func observe(_ resource: Resource<InstancesSpec>) async -> Observation<InstancesObserved> {
    do {
      try await adoptStrangers(of: resource.id)
      var running: [ObservedInstance] = []
      for entry in ledger.entries(of: resource.id) where entry.child.process.isRunning {
        running.append(await observed(entry))
      }
      var observed: InstancesObserved
      switch resource.spec.on {
      case .process: observed = InstancesObserved(ended: await ends(of: resource))
      case .systemd: observed = try await observeUnits(resource)
      }
      observed.running += running
      observed.running.sort {
        ($0.index, $0.startedAt, $0.process.pid) < ($1.index, $1.startedAt, $1.process.pid)
      }
      observed.load = await load(resource, observed.running)
      return .known(observed, at: clock.now)
    } catch let error as HostError {
      return .unknown(reason: error.description, since: clock.now)
    } catch {
      return .unknown(reason: "the look was broken off", since: clock.now)
    }
  }

  /// Children that are listed and not known were started by an earlier daemon.
  private func adoptStrangers(of resource: ResourceID) async throws {
    let known = Set(ledger.entries(of: resource).map(\.child))
    let listed = try await ledger.census(at: clock.monotonic) { [children] in try await children.list() }
    for child in listed where !known.contains(child) {
      guard let index = Mark.index(of: child.instance, in: resource), !ledger.hasEnded(child) else {
        continue
      }
      let mark = try await mark(of: child, resource, index)
      if try await children.adopt(child) { ledger.adopted(child, mark) }
    }
  }

  /// What a child says that it was started with. One that says nothing has no revision, so that it is started anew,
  /// and counts as started now.
  private func mark(of child: Child, _ resource: ResourceID, _ index: Int) async throws -> Mark {
    let variables = try await children.marks(of: child)
    return Mark(of: resource, index: index, variables: variables)
      ?? Mark(resource: resource, index: index, revision: "", startedAt: clock.now, secrets: [])
  }

  private func observed(_ entry: Ledger.Entry) async -> ObservedInstance {
    ObservedInstance(
      index: entry.mark.index, process: entry.child.process, startedAt: entry.mark.startedAt,
      revision: entry.mark.revision, secrets: entry.mark.secrets, use: await measure(entry)?.coarse)
  }

  /// What cannot be measured is no reason to call the look failed.
  private func measure(_ entry: Ledger.Entry) async -> Gauge? {
    let now = clock.monotonic
    if let gauge = entry.gauge, gauge.isFresh(at: now) { return gauge }
    guard let use = try? await children.use(of: entry.child) else { return entry.gauge }
    let age = entry.mark.startedAt.distance(to: clock.now)
    let gauge = Gauge(use, at: now, after: entry.gauge, age: age)
    ledger.measured(gauge, entry.child.run)
    return gauge
  }
}
