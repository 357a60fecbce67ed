public import Calendar

/// Something that a person can do now, and what would come of it.
public struct Lever: Sendable, Hashable {
  /// The command.
  public let command: String
  /// What would happen at once, or how the resource would stand.
  public let effect: String
}

extension Reconciler {
  /// The commands that would make a difference to `id` at `now`: each is tried on a copy, and told only if something
  /// else than now would come of it.
  public func levers(of id: ResourceID, at now: Instant) -> [Lever] {
    guard resources[id]?.plan != nil, resources[id]?.observation?.value != nil else { return [] }
    let reconciler = aloneWithFacts(id)
    let before = reconciler.outcome(of: id, at: now)
    return conditions(of: id, at: now).compactMap { condition in
      guard let command = command(for: condition, of: id) else { return nil }
      let after = reconciler.granting([condition], to: id, at: now).outcome(of: id, at: now)
      return after == before ? nil : Lever(command: command, effect: after.words)
    }
  }

  private func command(for condition: Condition, of id: ResourceID) -> String? {
    switch condition {
    case .resumed(let scope): "steward resume \(scope)"
    case .ended(let scope): "steward end \(scope)"
    case .retried: "steward reconcile \(id)"
    case .asked(let verb): "steward \(verb) \(id)"
    case .opened: "steward open \(id) --until TIME --reason WHY"
    case .closed: "steward close \(id) --until TIME --reason WHY"
    // What waits for an approval says so itself, with its number.
    case .approved, .time, .finished, .room, .window, .silent: nil
    }
  }

  private struct Consequence: Equatable {
    var actions: [String]
    var state: ResourceState
    var words: String
  }

  /// What would be done at `now`, or else how it would stand.
  private func outcome(of id: ResourceID, at now: Instant) -> Consequence {
    let plan = plan(of: id, at: now)
    var events: [Event] = []
    _ = Forecast(of: self, from: now, to: now) { event, _ in events.append(event) }
    let begun = events.filter { $0.kind == .intended && $0.scope?.resource == id }.map(\.message)
    let waits = events.filter { $0.kind == .waiting && $0.scope?.resource == id }.map(\.message)
    let words =
      begun.first.map { begun.count > 1 ? "\($0), and \(begun.count - 1) more" : $0 } ?? waits.first
      ?? plan?.actions.first.map { "\($0), still held" } ?? plan?.headline ?? ""
    return Consequence(actions: begun + waits, state: plan?.state ?? .unknown, words: words)
  }

  /// The resource by itself, with what the others have said.
  private func aloneWithFacts(_ id: ResourceID) -> Reconciler {
    var copy = alone([id.environment])
    copy.members = [id.environment: [id]]
    copy.resources = copy.resources.filter { $0.key == id }
    return copy
  }
}
