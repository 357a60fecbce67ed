import Calendar
import Host
import Reconciliation
import Systemd

extension InstancesController {
  /// Looks at the units of systemd, with one question however many they are.
  ///
  /// Children of the daemon that bear the entry's mark are from before it said `on: systemd`: they stand in the list too,
  /// so that each gives way to its unit, one at a time.
  func observeUnits(_ resource: Resource<InstancesSpec>) async throws -> InstancesObserved {
    let template = resource.spec.unit
    let written = (1...max(1, resource.spec.highest)).map { UnitName(template, $0) }
    let seen = try await units.look(at: written.map(\.description), andAll: template, above: written.count)
    let named = seen.compactMap { state in UnitName(state.name, of: template).map { (unit: $0, state: state) }
    }
    let marks = try await marks(of: named.map(\.unit), resource.id)
    var running: [ObservedInstance] = []
    for (unit, state) in named {
      let given = marks[unit]?.given(to: state.invocation) ?? .unknown
      if let end = unitLedger.saw(state, unit, given, at: clock.now), state.activity != .inactive {
        unitLedger.tell(await lastLines(of: unit, given, in: resource.id.environment, end), of: unit)
      }
      guard state.isUp else { continue }
      running.append(observed(unit, state, given))
      unitLedger.watch(state, unit) { [ledger, id = resource.id] in ledger.tell(id) }
    }
    var observed = InstancesObserved(running: running, ended: unitLedger.ends(of: named.map(\.unit)))
    let wanted = named.filter { $0.unit.index <= resource.spec.highest }.sorted {
      $0.unit.index < $1.unit.index
    }
    let hindered = wanted.compactMap { Hindrance($0.unit, $0.state) }
    if !hindered.isEmpty { observed.hindered = hindered }
    observed.stale = wanted.first { $0.state.isStale }.map { "\($0.unit)" }
    return observed
  }

  /// What was written for each. A unit that another entry keeps is nobody's to touch here.
  private func marks(of named: [UnitName], _ resource: ResourceID) async throws -> [UnitName: UnitMark] {
    let marks = try await offPool { [unitFiles] in
      var marks: [UnitName: UnitMark] = [:]
      for unit in named { marks[unit] = try unitFiles.mark(of: unit) }
      return marks
    }
    for (unit, mark) in marks where Mark.index(of: mark.instance, in: resource) != unit.index {
      throw HostError(
        "look at", "\(unit)",
        "it is kept as \(mark.instance); two entries cannot keep one unit, name another by `unit`")
    }
    return marks
  }

  private func observed(_ unit: UnitName, _ state: UnitState, _ given: UnitMark.Given) -> ObservedInstance {
    let startedAt = state.startedAt ?? state.activeAt ?? clock.now
    let gauge = unitLedger.measure(
      state, unit, at: clock.monotonic, age: startedAt.distance(to: clock.now))
    return ObservedInstance(
      index: unit.index, process: state.identity,
      startedAt: state.activity == .active ? state.activeAt ?? startedAt : startedAt,
      revision: given.revision,
      secrets: given.secrets, use: gauge?.coarse, notReady: state.notReady)
  }

  /// What the journal says of a unit, without the secrets that it was given.
  private func lastLines(
    of unit: UnitName, _ given: UnitMark.Given, in environment: String, _ end: EndedInstance
  ) async -> [String] {
    let lines = await units.lastLines(of: "\(unit)", linesMax: EndedInstance.linesMax)
    guard !lines.isEmpty, let values = try? await values(of: given.secrets, in: environment) else {
      return []
    }
    return LastLines.shown(lines, without: Array(values))
  }
}

extension UnitState {
  /// Which run's main process it is. Where a child has ticks a unit has microseconds, so that the two are never taken
  /// for each other.
  var identity: ProcessIdentity { ProcessIdentity(pid: mainProcess, startTicks: startMicroseconds) }

  /// Why systemd does not count it as ready; nil where it does.
  var notReady: String? {
    switch activity {
    case .active where phase == "exited": "it has exited"
    case .active, .reloading: nil
    case .activating where phase == "auto-restart": "systemd is about to start it again"
    case .activating: "it is starting (\(phase))"
    case .deactivating: "it is being stopped (\(phase))"
    case .inactive, .failed, .other: "it is \(phase)"
    }
  }
}

extension Hindrance {
  /// Why the unit cannot start; nil where it can.
  init?(_ unit: UnitName, _ state: UnitState) {
    switch state.load {
    case .loaded: return nil
    case .missing: self.init(index: unit.index, unit: "\(unit)", kind: .missing)
    case .masked: self.init(index: unit.index, unit: "\(unit)", kind: .masked)
    case .broken(let words): self.init(index: unit.index, unit: "\(unit)", kind: .broken, words: words)
    }
  }
}
