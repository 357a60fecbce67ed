import Calendar
import Reconciliation

/// How the socket is used.
struct SocketFigures {
  let connections: Int
  let followers: Int
}

/// What `/metrics` says: how everything stands, how old it is and how often what happened. Only of
/// environments that the caller may see.
struct Metrics {
  private(set) var text: String

  init(_ snapshot: Snapshot, to sight: Sight, socket: SocketFigures, process: ProcessFigures) {
    var out = MetricsText()
    Metrics.addDaemon(snapshot, socket, to: &out)
    Metrics.addResources(snapshot, sight, to: &out)
    Metrics.addTally(snapshot.daemon.tally, sight, to: &out)
    process.add(to: &out)
    text = out.text
  }

  private static func addDaemon(_ snapshot: Snapshot, _ socket: SocketFigures, to out: inout MetricsText) {
    let daemon = snapshot.daemon
    out.add("steward_info", .gauge, "The daemon's version.", [([("version", daemon.version)], 1)])
    out.add(
      "steward_started_timestamp_seconds", .gauge, "When the daemon started.", seconds(daemon.startedAt))
    out.add(
      "steward_last_turn_timestamp_seconds", .gauge, "When the daemon's loop last turned.",
      daemon.lastTurnAt.map(seconds))
    out.add(
      "steward_next_wake_timestamp_seconds", .gauge, "When the daemon looks at something next.",
      snapshot.reconciler.nextWake.map(seconds))
    out.add(
      "steward_log_sequence", .gauge, "The last event's sequence.",
      Double(snapshot.reconciler.memory.lastSequence))
    out.add(
      "steward_log_stalled", .gauge, "1 while the event log cannot be written.",
      daemon.logStalled == nil ? 0 : 1)
    out.add("steward_socket_connections", .gauge, "Open connections.", Double(socket.connections))
    out.add("steward_socket_followers", .gauge, "Followers of the event log.", Double(socket.followers))
  }

  private static func addResources(_ snapshot: Snapshot, _ sight: Sight, to out: inout MetricsText) {
    let reconciler = snapshot.reconciler
    let kept = reconciler.kept(in: nil).filter { sight.reaches($0.resource.id.environment) }
    out.add(
      "steward_environment_refused", .gauge, "1 while the file's newest version is refused.",
      reconciler.environments.sorted { $0.key < $1.key }.filter { sight.reaches($0.key) }.map {
        ([("environment", $0.key)], $0.value.refusal == nil ? 0 : 1)
      })
    out.add(
      "steward_resource_state", .gauge, "1 for the state in which the resource is.",
      kept.map { (labels($0.resource.id) + [("state", $0.state.rawValue)], 1) })
    out.add(
      "steward_resource_held_actions", .gauge, "Planned actions that must wait.",
      kept.filter { !$0.held.isEmpty }.map { (labels($0.resource.id), Double($0.held.count)) })
    out.add(
      "steward_findings", .gauge, "Open findings.",
      kept.flatMap { kept in
        Severity.allCases.compactMap { severity in
          let count = (kept.plan?.findings ?? []).count { $0.severity == severity }
          return count == 0
            ? nil : (labels(kept.resource.id) + [("severity", severity.rawValue)], Double(count))
        }
      })
    out.add(
      "steward_last_done_timestamp_seconds", .gauge, "When this kind of action last succeeded.",
      kept.flatMap { kept in
        let done = reconciler.memory.resources[kept.resource.id]?.lastDone ?? [:]
        return done.sorted { $0.key < $1.key }.map { verb, completion in
          (labels(kept.resource.id) + [("verb", verb)], seconds(completion.at))
        }
      })
  }

  private static func addTally(_ tally: EventTally, _ sight: Sight, to out: inout MetricsText) {
    out.add(
      "steward_actions_total", .counter, "Actions that ended since the daemon started.",
      tally.endings.filter { sight.reaches($0.key.environment) }.map { ending, count in
        (
          [
            ("environment", ending.environment), ("controller", ending.controller), ("verb", ending.verb),
            ("result", ending.result.rawValue),
          ], Double(count)
        )
      }.sorted { $0.0.map(\.1).lexicographicallyPrecedes($1.0.map(\.1)) })
    out.add(
      "steward_events_total", .counter, "Events recorded since the daemon started.",
      Severity.allCases.map { ([("severity", $0.rawValue)], Double(tally.bySeverity[$0] ?? 0)) })
    out.add(
      "steward_denials_total", .counter, "Requests that were refused for want of a role, as recorded.",
      Double(tally.denials))
  }

  private static func labels(_ id: ResourceID) -> [(String, String)] {
    [("environment", id.environment), ("controller", id.controller), ("name", id.name)]
  }

  private static func seconds(_ instant: Instant) -> Double { Double(instant.microseconds) / 1_000_000 }
}
