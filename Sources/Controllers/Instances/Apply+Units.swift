import Calendar
import Host
import Reconciliation
import Systemd

extension InstancesController {
  /// The code of a failure by which polkit refused.
  static let denied = "denied"

  /// Writes what the unit is to read, and starts it: `restart`, so that it is started since, whoever started it before.
  func startUnit(
    _ instance: InstanceName, _ revision: String, _ grants: [SecretGrant],
    of resource: Resource<InstancesSpec>,
    insteadOf process: ProcessIdentity? = nil
  ) async throws -> String {
    let launch = try await launch(instance, revision, grants, of: resource)
    let unit = UnitName(resource.spec.unit, instance.index)
    for (name, value) in launch.secrets where !UnitFiles.canHold(value) {
      throw Failure(
        .needsOperator, code: "secret", operation: "start \(instance)", subject: name,
        cause: "its value has characters that no variable of a unit can hold")
    }
    let before = try await look(at: unit)
    if let hindrance = Hindrance(unit, before) {
      throw Failure(
        .transient, code: "unit", operation: "start \(instance)", subject: "\(unit)",
        cause: "it is \(hindrance.kind.rawValue)\(process == nil ? "" : "; what runs now was left running")")
    }
    let child = try await stopChild(process, of: resource)
    try await write(launch, unit, before)
    unitLedger.willAct(on: unit, forgettingEnds: process != nil)
    if before.activity == .failed { try await units.ask(.resetFailed, of: "\(unit)") }
    try await units.ask(.restart, of: "\(unit)")
    let after = try? await look(at: unit)
    return "\(unit), process \(after?.mainProcess ?? 0)\(child)"
  }

  private func write(_ launch: Launch, _ unit: UnitName, _ before: UnitState) async throws {
    try await offPool { [unitFiles] in
      let given = UnitMark.Given(revision: launch.mark.revision, secrets: launch.mark.secrets)
      let earlier = before.isUp ? try unitFiles.mark(of: unit)?.given(to: before.invocation) ?? .unknown : nil
      let mark = UnitMark(
        instance: launch.mark.instance, given: given,
        earlier: earlier.map { UnitMark.Earlier(invocation: before.invocation, given: $0) })
      var variables = launch.spec.variables
      if let port = launch.spec.port(of: unit.index) { variables["PORT"] = "\(port)" }
      try unitFiles.write(mark, of: unit, variables: variables, secrets: launch.secrets)
    }
  }

  /// Stops the very run that was meant; one that is gone is a success. Then nothing is left for the unit to read.
  func stopUnit(
    _ process: ProcessIdentity, _ instance: InstanceName, of resource: Resource<InstancesSpec>
  ) async throws -> String {
    let unit = UnitName(resource.spec.unit, instance.index)
    if isChild(process, of: resource) {
      return try await stop(process, instance, of: resource)
    }
    let before = try await look(at: unit)
    guard before.isUp, before.identity == process else {
      return "process \(process.pid) of \(unit) was gone already"
    }
    unitLedger.willAct(on: unit, forgettingEnds: true)
    try await units.ask(.stop, of: "\(unit)")
    unitLedger.willAct(on: unit, forgettingEnds: true)
    try await offPool { [unitFiles] in try unitFiles.remove(unit) }
    return "\(unit), process \(process.pid), was stopped"
  }

  /// A child of the daemon from before the entry said `on: systemd` gives way to its unit.
  private func stopChild(_ process: ProcessIdentity?, of resource: Resource<InstancesSpec>) async throws
    -> String
  {
    guard let process, isChild(process, of: resource) else { return "" }
    let instance = ledger.entries(of: resource.id).first { $0.child.process == process }?.mark.index ?? 0
    return ", in the place of "
      + (try await stop(process, InstanceName(resource.id.name, instance), of: resource))
  }

  private func isChild(_ process: ProcessIdentity, of resource: Resource<InstancesSpec>) -> Bool {
    ledger.entries(of: resource.id).contains { $0.child.process == process }
  }

  private func look(at unit: UnitName) async throws -> UnitState {
    let found = try await units.look(at: ["\(unit)"], andAll: nil, above: 0)
    return found.first { $0.name == "\(unit)" } ?? UnitState(name: "\(unit)")
  }
}

extension Failure {
  /// What systemd said, with what it means for an instance.
  init(_ refusal: UnitRefusal, _ operation: String) {
    switch refusal.reason {
    case .denied:
      self.init(
        .transient, code: InstancesController.denied, operation: operation, subject: refusal.unit,
        cause: "polkit does not let this user do it: \(refusal.words)")
    case .unusable, .failed:
      self.init(
        .transient, code: "unit", operation: operation, subject: refusal.unit, cause: refusal.words)
    }
  }
}
