import Calendar

extension Reconciler {
  /// A look ended.
  mutating func receive(
    _ observation: Observation<AnyObserved>, of id: ResourceID, in turn: inout Turn
  ) {
    guard let index = resources.index(forKey: id) else { return }
    resources.values[index].isLooking = false
    let again = resources.values[index].lookAgain
    resources.values[index].lookAgain = false
    // A look that was under way when the action began, or when the file changed, shows a world that is gone.
    guard resources.values[index].underWay == nil, !again else {
      if again { look(at: id, in: &turn) }
      return
    }
    resources.values[index].observation = observation
    resources.values[index].receivedAt = turn.now
    recordKnowledge(observation, of: id, in: &turn)
    replan(id, in: &turn)
  }

  private mutating func recordKnowledge(
    _ observation: Observation<AnyObserved>, of id: ResourceID, in turn: inout Turn
  ) {
    let unknownSince = memory.resources[id]?.unknownSince
    switch observation {
    case .unknown(let reason, _) where unknownSince == nil:
      record(
        .unknown, "the look fails: \(reason)", of: Scope(id), severity: .warning,
        body: ["reason": .string(reason)], in: &turn)
    case .known where unknownSince != nil:
      record(.known, "the look succeeds again", of: Scope(id), cause: unknownSince, in: &turn)
    default: break
    }
  }

  /// Begins `action`: the intent stands in the log before the effect in the list.
  mutating func begin(_ action: AnyAction, on id: ResourceID, in turn: inout Turn) {
    guard let index = resources.index(forKey: id), let kind = kinds[id.controller] else { return }
    let intent = record(
      .intended, action.description, of: Scope(id),
      cause: resources.values[index].because ?? order(behind: action, on: id, at: turn.now),
      body: [
        "action": action.json, "verb": .string(action.verb), "risk": .string(action.risk.rawValue),
      ], in: &turn)
    let resource = resources.values[index].resource
    resources.values[index].underWay = Begun(
      intent: intent, action: action, at: turn.now,
      expected: resources.values[index].observation?.value.map {
        kind.expect(action, of: resource, after: $0, at: turn.now)
      })
    resources.values[index].unconfirmed = nil
    resources.values[index].held = []
    resources.values[index].wakeAt = nil
    environments[id.environment]?.underWay += 1
    turn.after.append(.perform(action, of: resource, intent: intent))
  }

  /// An action ended, well or badly; what it changed is for the next look to say.
  mutating func finish(
    _ intent: Int64, of id: ResourceID, with result: Result<Outcome, Failure>, in turn: inout Turn
  ) {
    // The log must end what it announced even where the resource is no longer written.
    if memory.resources[id]?.intent?.sequence == intent { recordEnd(of: intent, id, result, in: &turn) }
    if lingering[id]?.intent == intent { lingering[id] = nil }
    guard let index = resources.index(forKey: id), let begun = resources.values[index].underWay,
      begun.intent == intent
    else { return }
    resources.values[index].underWay = nil
    resources.values[index].because = memory.lastSequence
    if case .success = result { resources.values[index].unconfirmed = begun }
    environments[id.environment]?.underWay -= 1
    look(at: id, in: &turn)
  }

  private mutating func recordEnd(
    of intent: Int64, _ id: ResourceID, _ result: Result<Outcome, Failure>, in turn: inout Turn
  ) {
    guard let begun = memory.resources[id]?.intent else { return }
    var body: [String: JSON] = [
      "verb": .string(begun.verb), "revision": resources[id].map { .string($0.resource.revision) } ?? .null,
    ]
    switch result {
    case .success(let outcome):
      body["details"] = outcome.details
      record(.done, outcome.message, of: Scope(id), cause: intent, body: .object(body), in: &turn)
    case .failure(let failure):
      body["failure"] = (try? JSON(encoding: failure)) ?? .string(failure.description)
      record(
        .failed, "\(begun.description) failed: \(failure.subject): \(failure.cause)", of: Scope(id),
        severity: failure.class == .transient ? .warning : .critical, cause: intent, body: .object(body),
        in: &turn)
    }
  }
}
