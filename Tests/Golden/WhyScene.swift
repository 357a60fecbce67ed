import Calendar
import Controllers
import StatusAPI
import Testing

@testable import Reconciliation
@testable import StatusServer

extension Scene {
  /// The daemon right after the look of this case, and all that its log holds then.
  func daemon() throws -> (snapshot: Snapshot, log: [Event]) {
    var log = try past()
    var memory = Memory()
    for event in log { memory.apply(event) }
    var reconciler = Reconciler(kinds: Controllers.kinds, memory: memory)
    func record(_ effects: [Effect]) {
      for case .record(let events) in effects { log += events }
    }
    record(reconciler.step(.adopted(adopted), now: now))
    // The others have said what the case says they say.
    reconciler.environments[header.name]?.unheard = []
    for (publisher, said) in Dictionary(grouping: given.facts ?? [], by: \.publisher) {
      _ = reconciler.environments[header.name]?.facts.publish(said, by: publisher)
    }
    record(reconciler.step(.observed(resource.id, observation), now: now))
    let figures = DaemonFigures(
      version: "1", startedAt: now, configurationFolder: "/etc/steward", stateFolder: "/var/lib/steward")
    return (Snapshot(reconciler: reconciler, now: now, daemon: figures), log)
  }

  /// What the status socket answers to `steward why`.
  func why() async throws -> WhyBody {
    let (snapshot, log) = try daemon()
    let kept = try #require(snapshot.reconciler.resources[resource.id])
    let past = try await Past(of: Scope(resource.id), orders: snapshot.orders(about: kept)) { query in
      let found = log.filter(query.matches)
      return Array(query.newestFirst ? found.reversed().prefix(query.limit) : found.prefix(query.limit))
    }
    return WhyBody(kept, snapshot, past)
  }
}
