import Calendar
import Desired
import Host
import Reconciliation

/// One resource and its controller, kept as the daemon keeps it, with no daemon around: look, plan, act.
struct Keeping: Sendable {
  private let controller: LiveController
  private let header: EnvironmentHeader
  private let resource: AnyResource

  /// The one resource of `section`, a line of an environment's file.
  init<C: Controller>(_ controller: C, section: String) throws {
    self.controller = LiveController(controller)
    let text = "environment: dev\ntimezone: Europe/Berlin\ndata: synthetic\n\(section)\n"
    let file = EnvironmentFile(
      zones: SystemZones.database, controllers: [self.controller.kind], steward: nil)
    let reading = file.read(SourceFile(name: "environments/dev.yaml", contents: .success(Array(text.utf8))))
    guard let adopted = reading.adopted, let resource = adopted.resources.first else {
      throw Program.Failed(description: "\(reading.mistakes)")
    }
    header = adopted.header
    self.resource = resource
  }

  /// Looks, and says what is to be done.
  func plan() async throws -> [AnyAction] {
    let observation = await controller.observe(resource)
    if case .unknown(let reason, _) = observation { throw Program.Failed(description: reason) }
    return controller.kind.plan(
      resource, observation, PlanContext(now: SystemClock().now, environment: header)
    ).actions
  }

  /// Looks, plans and acts until nothing is left to do; returns how many actions that took.
  @discardableResult
  func keep() async throws -> Int {
    var count = 0
    while let action = try await plan().first {
      _ = try await controller.apply(action, to: resource)
      count += 1
    }
    return count
  }
}
