import Calendar
import Reconciliation
import StatusAPI

extension WhyBody {
  /// All that led to how `kept` stands.
  init(_ kept: Kept, _ snapshot: Snapshot, _ past: Past) {
    let id = kept.resource.id
    let reconciler = snapshot.reconciler
    let memory = reconciler.memory
    let remembered = memory.resources[id] ?? ResourceMemory()
    let orders = [
      memory.override(for: id, at: snapshot.now).map { OrderBody($0) },
      memory.suspension(of: id, at: snapshot.now).map { OrderBody($0) },
    ]
    self.init(
      at: snapshot.now, resource: ResourceBody(kept), place: PlaceBody(kept.resource.place),
      revision: kept.resource.revision,
      timezone: reconciler.environments[id.environment]?.header?.zone.name ?? "UTC",
      reasons: (kept.plan?.reasons ?? []).map { ReasonBody($0) }, orders: orders.compactMap(\.self),
      observation: kept.observation.map { ObservationBody($0) },
      attempts: remembered.attempts.map { AttemptBody(action: $0.key, $0.value) }
        .sorted { $0.endedAt > $1.endedAt },
      lastDone: remembered.lastDone.sorted { $0.key < $1.key }.map { verb, done in
        DoneBody(verb: verb, at: done.at, sequence: done.sequence, details: JSONValue(done.details))
      },
      file: FileBody(id.environment, snapshot, adopted: past.adopted),
      trail: past.trail.map { EventBody($0) }, next: reconciler.next(of: [kept], at: snapshot.now),
      levers: reconciler.levers(of: id, at: snapshot.now).map {
        LeverBody(command: $0.command, effect: $0.effect)
      },
      events: past.events.map { EventBody($0) })
  }
}

extension WhyEnvironmentBody {
  /// Why the environment `name` stands as it does.
  init(_ name: String, _ state: EnvironmentState, _ snapshot: Snapshot, _ past: Past) {
    let reconciler = snapshot.reconciler
    let environment = EnvironmentBody(name, state, in: reconciler, at: snapshot.now, showsMistakes: true)
    self.init(
      at: snapshot.now, environment: environment,
      decisive: environment.resources.filter { $0.state == environment.state }.map(\.id),
      file: FileBody(name, snapshot, adopted: past.adopted), trail: past.trail.map { EventBody($0) })
  }
}

extension FileBody {
  init(_ environment: String, _ snapshot: Snapshot, adopted: Event?) {
    let state = snapshot.reconciler.environments[environment]
    self.init(
      path: state?.file ?? "", digest: state?.digest, adopted: adopted.map { EventBody($0) },
      refusal: state.flatMap { RefusalBody($0, showsMistakes: true) })
  }
}

extension ObservationBody {
  init(_ observation: Observation<AnyObserved>) {
    switch observation {
    case .known(let observed, let at):
      self.init(isKnown: true, at: at, value: JSONValue(observed.json))
    case .unknown(let reason, let since):
      self.init(isKnown: false, at: since, reason: reason)
    }
  }
}

extension AttemptBody {
  init(action: JSON, _ attempts: Attempts) {
    self.init(
      action: JSONValue(action), count: attempts.backoff.attempts, endedAt: attempts.backoff.endedAt,
      nextAt: attempts.backoff.nextAttempt, failure: attempts.failure.map { "\($0)" })
  }
}
