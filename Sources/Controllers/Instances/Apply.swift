import Calendar
import CrashPoints
import Host
public import Reconciliation
import Systemd

extension InstancesController {
  public func apply(
    _ action: InstancesAction, to resource: Resource<InstancesSpec>
  ) async throws -> Outcome {
    guard let instance = action.instance else { return decided(action) }
    let operation = "\(action.verb) \(instance)"
    do {
      if resource.spec.on == .systemd { return try await applyToUnits(action, resource) }
      switch action {
      case .start(let instance, let revision, let secrets):
        let launch = try await launch(instance, revision, secrets, of: resource)
        let child = try await effect("instances.start") { try await start(launch) }
        return Outcome(
          "started \(instance) as process \(child.process.pid)", details: details(instance, child))

      case .stop(let instance, let process, let why):
        let stopped = try await effect("instances.stop") { try await stop(process, instance, of: resource) }
        return Outcome("\(instance): \(stopped), because \(why.words)", details: details(instance))

      case .restart(let instance, let process, let revision, let secrets, _, let why):
        // Everything that the new one needs is fetched and looked at before the old one is stopped.
        let launch = try await launch(instance, revision, secrets, of: resource)
        try await check(launch)
        let (stopped, child) = try await effect("instances.restart") {
          (try await stop(process, instance, of: resource), try await start(launch))
        }
        return Outcome(
          "restarted \(instance) as process \(child.process.pid), \(stopped): \(why)",
          details: details(instance, child))

      case .scale: return decided(action)
      }
    } catch let error as HostError {
      throw Failure(error, operation)
    } catch let error as UnitRefusal {
      throw Failure(error, operation)
    }
  }

  private func applyToUnits(
    _ action: InstancesAction, _ resource: Resource<InstancesSpec>
  ) async throws -> Outcome {
    switch action {
    case .start(let instance, let revision, let secrets):
      let unit = try await effect("units.start") {
        try await startUnit(instance, revision, secrets, of: resource)
      }
      return Outcome("started \(instance) as \(unit)", details: details(instance))
    case .stop(let instance, let process, let why):
      let stopped = try await effect("units.stop") { try await stopUnit(process, instance, of: resource) }
      return Outcome("\(instance): \(stopped), because \(why.words)", details: details(instance))
    case .restart(let instance, let process, let revision, let secrets, _, let why):
      let unit = try await effect("units.restart") {
        try await startUnit(instance, revision, secrets, of: resource, insteadOf: process)
      }
      return Outcome("restarted \(instance) as \(unit): \(why)", details: details(instance))
    case .scale: return decided(action)
    }
  }

  /// A decision is its own event: the next plan finds it in the log.
  private func decided(_ action: InstancesAction) -> Outcome {
    guard case .scale(let from, let to, let load, let target) = action else { return Outcome("\(action)") }
    return Outcome(
      "\(action)",
      details: [
        "from": .integer(Int64(from)), "to": .integer(Int64(to)), "load": .integer(Int64(load)),
        "target": .integer(Int64(target)),
      ])
  }

  private func start(_ launch: Launch) async throws -> Child {
    var mark = launch.mark
    mark.startedAt = clock.now
    ledger.willStart(mark)
    do {
      let child = try await children.start(
        ChildLaunch(
          instance: mark.instance, arguments: ChildEnvironment.arguments(of: launch.spec, mark),
          environment: ChildEnvironment.variables(of: launch.spec, mark, secrets: launch.secrets),
          marks: mark.variables, folder: launch.spec.folder))
      ledger.didStart(child, mark)
      return child
    } catch {
      ledger.didStart(nil, mark)
      throw error
    }
  }

  /// Ends the very process that was meant, however long ago; one that is gone is a success.
  func stop(
    _ process: ProcessIdentity, _ instance: InstanceName, of resource: Resource<InstancesSpec>
  ) async throws -> String {
    var known = ledger.entries(of: resource.id).map(\.child)
    if !known.contains(where: { $0.process == process }) { known = try await children.list() }
    guard let child = known.first(where: { $0.process == process }) else {
      return "process \(process.pid) was gone already"
    }
    ledger.willStop(child)
    do {
      let stop = try await children.stop(child, within: resource.spec.stopWithin)
      ledger.didStop(child, hasEnded: true)
      return describe(stop, process, resource.spec.stopWithin)
    } catch {
      ledger.didStop(child, hasEnded: false)
      throw error
    }
  }

  private func describe(_ stop: ChildStop, _ process: ProcessIdentity, _ grace: Duration) -> String {
    let killed = stop.wasKilled ? "; it did not end within \(TimeSpan(duration: grace))" : ""
    let strays = stop.straysKilled > 0 ? "; \(stop.straysKilled) left behind were killed" : ""
    return "process \(process.pid) \(stop.end)\(killed)\(strays)"
  }

  private func details(_ instance: InstanceName, _ child: Child? = nil) -> JSON {
    var details: [String: JSON] = ["instance": .string("\(instance)")]
    if let child { details["pid"] = .integer(Int64(child.process.pid)) }
    return .object(details)
  }
}

extension InstancesAction {
  /// Which instance it is about; nil where it is about their number.
  var instance: InstanceName? {
    switch self {
    case .start(let instance, _, _), .stop(let instance, _, _), .restart(let instance, _, _, _, _, _):
      instance
    case .scale: nil
    }
  }
}
