import Calendar
import Fixtures
import Host
import Instances
import Reconciliation
import Synchronization
import Systemd
import Testing

/// Real children in a folder of their own, and what a daemon does with them: look, plan, act, look again.
struct Bench: Sendable {
  let folder: String
  let children: Children
  let controller: InstancesController

  static let secrets = ["KEY:1": "hunter2-the-first", "KEY:2": "hunter2-the-second"]

  /// Runs `body` and ends everything that it left running.
  static func run(_ body: (Bench) async throws -> Void) async throws {
    let folder = ScratchFolder()
    let bench = try Bench(folder.path)
    let result: Result<Void, any Error>
    do { result = .success(try await body(bench)) } catch { result = .failure(error) }
    for child in try await bench.children.list() { _ = try await bench.children.stop(child, within: .zero) }
    withExtendedLifetime(folder) {}
    try result.get()
  }

  init(_ folder: String) throws {
    self.folder = folder
    children = try Children(stateFolder: folder)
    controller = InstancesController(
      children: children, units: PretendUnits(clock: SystemClock()), unitFiles: "\(folder)/units",
      commands: SubprocessRunner()
    ) { environment, name, version in
      guard environment == "staging", let value = Bench.secrets["\(name):\(version)"] else {
        throw HostError("read", "a secret", "there is none")
      }
      return (value, nil)
    }
  }

  /// The controller of a daemon that starts anew on the same folder.
  func again() throws -> Bench { try Bench(folder) }

  func look(_ resource: Resource<InstancesSpec>) async throws -> InstancesObserved {
    try #require(await controller.observe(resource).value)
  }

  /// Looks, plans and acts until there is nothing to do; returns what was said of each action.
  @discardableResult
  func settle(_ resource: Resource<InstancesSpec>, facts: Facts = Facts()) async throws -> [String] {
    var said: [String] = []
    while said.count < 20 {
      let context = Fixture.context(at: SystemClock().now, facts: facts)
      let plan = InstancesController.plan(resource, await controller.observe(resource), context)
      guard let action = plan.actions.first else { return said }
      said.append(try await controller.apply(action, to: resource).message)
    }
    Issue.record("it does not settle: \(said)")
    return said
  }

  /// Waits until a look finds what is asked for.
  func await(
    _ what: String, _ resource: Resource<InstancesSpec>, within limit: Duration = .seconds(10),
    _ isFound: (InstancesObserved) async throws -> Bool
  ) async throws {
    let clock = SystemClock()
    let deadline = clock.monotonic + limit
    while clock.monotonic < deadline {
      if try await isFound(look(resource)) { return }
      try await clock.sleep(for: .milliseconds(10))
    }
    Issue.record("not within \(limit): \(what)")
  }

  func output(_ index: Int) async throws -> [String] {
    try await children.recentOutput(of: "\(Fixture.id)#\(index)")
  }

  /// The lines an instance printed, once there are as many.
  func lines(_ count: Int, of resource: Resource<InstancesSpec>, _ index: Int = 1) async throws -> [String] {
    try await self.await("\(count) lines", resource) { _ in try await output(index).count >= count }
    return try await output(index)
  }
}

extension Resource<InstancesSpec> {
  /// A resource that runs a shell script.
  static func shell(_ script: String, _ change: (inout InstancesSpec) -> Void = { _ in }) -> Self {
    var spec = InstancesSpec(run: ["/bin/sh", "-c", script])
    spec.stopWithin = .seconds(5)
    spec.readyAfter = .milliseconds(1)
    change(&spec)
    return Fixture.resource(spec)
  }
}
