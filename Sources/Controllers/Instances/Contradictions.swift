import Calendar
public import Reconciliation

extension InstancesController {
  public static func contradictions(
    in resource: Resource<InstancesSpec>, _ prospect: Prospect
  ) -> [Finding] {
    let hours = resource.spec.hours
    let zone = prospect.environment.zone
    return hours.contradictions(
      of: "open", over: prospect.span, in: zone,
      at: resource.place(of: hours.closed.isEmpty ? "open" : "closed"))
      + [outsideOfTheWindow(resource, prospect)].compactMap(\.self)
  }

  /// The only instance restarts with disruption. Where the change window never opens while it runs, a new secret reaches
  /// it only when it is closed and opens again.
  private static func outsideOfTheWindow(
    _ resource: Resource<InstancesSpec>, _ prospect: Prospect
  ) -> Finding? {
    let spec = resource.spec
    let environment = prospect.environment
    guard spec.count.lowerBound == 1, environment.guard.disruptive == .window,
      let window = environment.changeWindow,
      spec.hours.firstOpening(with: .always, in: prospect.span, zone: environment.zone) != nil,
      window.firstOpening(with: spec.hours, in: prospect.span, zone: environment.zone) == nil
    else { return nil }
    return Finding(
      "outside-window", .warning,
      "a restart of its only instance is disruptive and waits for the change window \(window), which never opens while "
        + "it runs (\(spec.hours)): an edit or a new secret reaches it only when it opens the next time",
      mend: "let the change window and `open` overlap, or write `count: 2`", at: resource.place(of: "open"))
  }
}
