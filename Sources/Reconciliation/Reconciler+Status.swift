extension Reconciler {
  /// How an environment stands: the most worrying state of its resources, `closed` only where nothing runs at all.
  public func state(of environment: String) -> ResourceState {
    let kept = resources(of: environment)
    let worst = kept.map(\.state).max() ?? (environments[environment]?.header == nil ? .unknown : .ready)
    guard worst <= .ready else { return worst }
    // A closed environment has fresh secrets and kept logs all the same: one section that is off as a whole is what
    // makes it closed.
    let sections = Dictionary(grouping: kept, by: \.resource.id.controller).values
    return sections.contains { $0.allSatisfy { $0.state == .closed } } ? .closed : .ready
  }

  /// The resources of an environment, in order.
  public func resources(of environment: String) -> [Kept] {
    (members[environment] ?? []).sorted().compactMap { resources[$0] }
  }
}
