public import Host
internal import Synchronization

/// Units for tests: a template's instances exist in memory, and run as soon as they are told to.
public final class PretendUnits: UnitKeeper {
  private struct State {
    var units: [String: UnitState] = [:]
    var asked: [String] = []
    var lastRun: Int32 = 0
    var trouble: HostError?
    var refusals: [String: UnitRefusal] = [:]
  }

  private let state = Mutex(State())
  private let clock: any WallClock

  /// No unit runs yet; their times are the clock's.
  public init(clock: any WallClock) { self.clock = clock }

  /// What was asked for, in order: `restart web@1.service`.
  public var asked: [String] { state.withLock(\.asked) }

  /// Lets systemd not answer from now on, or, with `nil`, answer again.
  public func silence(_ error: HostError?) { state.withLock { $0.trouble = error } }

  /// Lets everything that is asked of a unit be refused, or, with `nil`, be done again.
  public func refuse(_ name: String, _ refusal: UnitRefusal?) {
    state.withLock { $0.refusals[name] = refusal }
  }

  /// Changes how a unit stands.
  public func change(_ name: String, _ change: (inout UnitState) -> Void) {
    state.withLock { change(&$0.units[name, default: UnitState(name: name)]) }
  }

  /// Starts a unit as somebody else would.
  public func start(_ name: String) { state.withLock { run(name, &$0) } }

  private func run(_ name: String, _ state: inout State) {
    state.lastRun += 1
    var unit = UnitState(name: name)
    unit.activity = .active
    unit.phase = "running"
    unit.invocation = "run\(state.lastRun)"
    unit.mainProcess = 1000 + state.lastRun
    unit.startMicroseconds = UInt64(state.lastRun)
    unit.startedAt = clock.now
    unit.activeAt = clock.now
    state.units[name] = unit
  }

  public func look(at names: [String], andAll template: String?, above index: Int) async throws -> [UnitState]
  {
    try state.withLock { state in
      if let trouble = state.trouble { throw trouble }
      let loaded = state.units.values.filter { unit in
        guard let template, unit.name.hasPrefix(template), unit.activity != .inactive else { return false }
        return Int(unit.name.dropFirst(template.count).prefix(while: \.isNumber)) ?? 0 > index
      }
      let others = loaded.filter { !names.contains($0.name) }.sorted { $0.name < $1.name }
      return names.map { state.units[$0] ?? UnitState(name: $0) } + others
    }
  }

  public func ask(_ verb: UnitVerb, of name: String) async throws {
    try state.withLock { state in
      state.asked.append("\(verb.rawValue) \(name)")
      if let trouble = state.trouble { throw trouble }
      if let refusal = state.refusals[name] { throw refusal }
      switch verb {
      case .restart: run(name, &state)
      case .stop: state.units[name] = UnitState(name: name)
      case .resetFailed: state.units[name]?.activity = .inactive
      }
    }
  }

  public func lastLines(of name: String, linesMax: Int) async -> [String] { [] }
}
