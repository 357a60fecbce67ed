public import Calendar

extension Reconciler {
  /// Everything that the plan of `id` depends on at `now`.
  public func context(of id: ResourceID, at now: Instant) -> PlanContext? {
    guard let environment = environments[id.environment], let header = environment.header else { return nil }
    return PlanContext(id, in: header, remembering: memory, facts: environment.facts, at: now)
  }

  /// The plan of `id` as it would be at `now`, on what was last observed. Nil before the first look.
  public func plan(of id: ResourceID, at now: Instant) -> AnyPlan? {
    guard let kept = resources[id], let observation = kept.observation, let kind = kinds[id.controller],
      let context = context(of: id, at: now)
    else { return nil }
    return kind.plan(kept.resource, observation, context)
  }

  /// Plans anew and begins the first action that may begin.
  mutating func replan(_ id: ResourceID, in turn: inout Turn) {
    guard let index = resources.index(forKey: id), resources.values[index].underWay == nil,
      let plan = plan(of: id, at: turn.now)
    else { return }
    resources.values[index].plan = plan
    resources.values[index].held = []
    recordFindings(plan.findings, of: id, in: &turn)
    recordUsage(plan.facts, of: id, in: &turn)
    publish(plan.facts, by: id, in: &turn)
    recordUnconfirmed(of: id, in: &turn)
    recordLapsed(plan, of: id, in: &turn)

    if plan.actions.isEmpty, plan.waitingOn.isEmpty { resources.values[index].because = nil }

    var wake = plan
    if !limits.looksAgain, case .unknown? = resources.values[index].observation { wake.wakeAt = nil }
    for action in plan.actions {
      guard let hold = hold(action, of: id, at: turn.now) else {
        if isFresh(id, at: turn.now) {
          begin(action, on: id, in: &turn)
        } else {
          look(at: id, in: &turn)
        }
        return
      }
      resources[id]?.held.append(hold)
      wake.wake(at: hold.wait.until)
    }
    recordWaiting(of: id, in: &turn)
    wake.wake(at: memory.override(for: id, at: turn.now)?.until)
    wake.wake(at: memory.suspension(of: id, at: turn.now)?.until)
    wake.wake(at: memory.resources[id]?.approvals.map(\.until).min())
    // From the last look, not from this plan: facts that change make plans without a look, and must not put it off.
    let looked = min(resources[id]?.receivedAt ?? turn.now, turn.now)
    wake.wake(at: limits.lookEvery.map { looked + $0 })
    setWake(wake.wakeAt.map { max($0, turn.now + Reconciler.soonest) }, of: id)
  }

  private mutating func publish(_ facts: [Fact], by id: ResourceID, in turn: inout Turn) {
    let name = id.environment
    guard let index = environments.index(forKey: name) else { return }
    let changed = environments.values[index].facts.publish(facts, by: id)
    if !changed.isEmpty { turn.spoke[name] = resources[id]?.because ?? memory.resources[id]?.lastSequence }
    if environments.values[index].unheard.remove(id) != nil, environments.values[index].facts.isComplete {
      turn.unsettled[name] = .some(nil)
    } else if !changed.isEmpty, let known = turn.unsettled[name, default: []] {
      turn.unsettled[name] = known + changed
    }
  }

  /// The shortest pause before a resource is looked at again by time alone: a plan that wakes "now" must not spin.
  static let soonest = Duration.milliseconds(10)

  private func isFresh(_ id: ResourceID, at now: Instant) -> Bool {
    guard let received = resources[id]?.receivedAt else { return false }
    return received <= now && received.distance(to: now) <= limits.freshness
  }

  /// Plans again whatever may read a fact that changed, until nothing changes any more.
  mutating func settleFacts(in turn: inout Turn) {
    var rounds = 0
    while let (name, changed) = turn.unsettled.min(by: { $0.key < $1.key }), rounds < limits.factRounds {
      turn.unsettled[name] = nil
      rounds += 1
      // Where a look is under way, what is known is about to be replaced: the plan follows it.
      let listening = (members[name] ?? []).filter { id in
        guard let index = resources.index(forKey: id), !resources.values[index].isLooking else {
          return false
        }
        guard let changed, let kind = kinds[id.controller] else { return true }
        let own = resources.values[index].plan?.facts ?? []
        return changed.contains { kind.listens(resources.values[index].resource, publishing: own, to: $0) }
      }
      for id in listening.sorted() {
        // Who had no reason of its own to change now has what another one said.
        if resources[id]?.because == nil { resources[id]?.because = turn.spoke[name] }
        replan(id, in: &turn)
      }
    }
  }

  // MARK: What a plan leaves in the log

  private mutating func recordFindings(_ findings: [Finding], of id: ResourceID, in turn: inout Turn) {
    let open = memory.resources[id]?.findings ?? [:]
    guard !findings.isEmpty || !open.isEmpty else { return }
    for finding in findings where open[finding.code]?.severity != finding.severity {
      record(
        .finding, finding.message, of: Scope(id), severity: finding.severity, cause: resources[id]?.because,
        body: [
          "code": .string(finding.code), "mend": .string(finding.mend),
          "place": finding.place.map { .string("\($0)") } ?? .null,
        ], in: &turn)
    }
    // A look that failed shows nothing as mended: what was found stands until it is seen to be gone.
    if case .unknown? = resources[id]?.observation { return }
    let codes = Set(findings.map(\.code))
    for (code, old) in open.sorted(by: { $0.key < $1.key }) where !codes.contains(code) {
      record(
        .cleared, "no longer: \(old.message)", of: Scope(id), cause: old.sequence,
        body: ["code": .string(code)],
        in: &turn)
    }
  }

  /// The action that ended is planned again: what it was to change is not changed. Said once for a chain of attempts.
  private mutating func recordUnconfirmed(of id: ResourceID, in turn: inout Turn) {
    guard let begun = resources[id]?.unconfirmed else { return }
    resources[id]?.unconfirmed = nil
    guard resources[id]?.plan?.actions.contains(begun.action) == true,
      memory.resources[id]?.attempts[begun.action.json]?.reported == false
    else { return }
    let found = resources[id]?.observation?.value?.json.members ?? [:]
    let expected = begun.expected?.json.members ?? [:]
    let differing = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.sorted()
    record(
      .unconfirmed,
      "did not take: \(begun.action.description)"
        + (differing.isEmpty ? "" : "; not as expected: \(differing.joined(separator: ", "))"),
      of: Scope(id), severity: .warning, cause: begun.intent,
      body: [
        "action": begun.action.json, "verb": .string(begun.action.verb),
        "differing": .array(differing.map { .string($0) }),
      ],
      in: &turn)
  }

  /// An approval counts no more when what it was given for is no longer planned, or its time is over. Where the look failed
  /// nobody knows what would be planned.
  private mutating func recordLapsed(_ plan: AnyPlan, of id: ResourceID, in turn: inout Turn) {
    guard let given = memory.resources[id]?.approvals, !given.isEmpty else { return }
    let isKnown = resources[id]?.observation?.value != nil
    let planned = Set(plan.actions.map { digest(of: $0, on: id) })
    for approval in given {
      let isOver = approval.until <= turn.now
      guard isOver || (isKnown && !planned.contains(approval.digest)) else { continue }
      record(
        .lapsed,
        "\(approval.owner)'s approval \(approval.digest) lapses: "
          + (isOver ? "its time is over" : "what it was given for is no longer planned"),
        of: Scope(id), severity: .notice, cause: approval.sequence,
        body: ["digest": .string(approval.digest)], in: &turn)
    }
  }

  /// Somebody must be told once that an action waits for a person or a window.
  private mutating func recordWaiting(of id: ResourceID, in turn: inout Turn) {
    guard let hold = resources[id]?.held.first(where: { $0.digest != nil }), let digest = hold.digest,
      memory.resources[id]?.reportedWaiting != hold.action.verb
    else { return }
    record(
      .waiting, "\(hold.action.description) waits: \(hold.wait.reason)", of: Scope(id), severity: .notice,
      cause: resources[id]?.because,
      body: [
        "action": hold.action.json, "verb": .string(hold.action.verb), "digest": .string(digest),
        "endedBy": .string(hold.wait.endedBy),
      ],
      in: &turn)
  }
}
