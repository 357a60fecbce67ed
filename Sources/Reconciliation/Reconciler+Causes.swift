import Calendar

extension Reconciler {
  /// The person's order without which `action` would not be planned; nil where it would be all the same. Asked after a
  /// start, when nobody remembers what happened last, and where an order begins to matter long after it was given.
  func order(behind action: AnyAction, on id: ResourceID, at now: Instant) -> Int64? {
    guard let kept = resources[id], let observation = kept.observation, let kind = kinds[id.controller],
      let context = context(of: id, at: now)
    else { return nil }
    func isPlanned(_ override: Override?, _ demands: [String: Demand]) -> Bool {
      let without = PlanContext(
        now: now, environment: context.environment, memory: context.memory, override: override,
        demands: demands, facts: context.facts)
      return kind.plan(kept.resource, observation, without).actions.contains(action)
    }
    if let override = context.override, !isPlanned(nil, context.demands) { return override.sequence }
    return context.demands.filter { verb, _ in
      !isPlanned(context.override, context.demands.filter { $0.key != verb })
    }.map(\.value.sequence).max()
  }
}
