import Calendar
import Reconciliation
import Synchronization

/// How much the instances of each entry bore at recent looks. After a start it is empty: nothing becomes less until it has
/// been watched for long enough again.
final class LoadLedger: Sendable {
  private struct Watch {
    let since: Instant
    /// The highest of each minute, the oldest first.
    var highest: [(minute: Int64, load: Int)] = []
  }

  private let state = Mutex<[ResourceID: Watch]>([:])

  /// Takes in what was measured, or why nothing was.
  func saw(_ load: Int?, of resource: ResourceID, over window: Duration, at now: Instant, failure: String?)
    -> ObservedLoad
  {
    state.withLock { state in
      guard let load else {
        // What was not watched may have been anything.
        state[resource] = nil
        return ObservedLoad(now: nil, highest: 0, since: now, failure: failure)
      }
      var watch = state[resource] ?? Watch(since: now)
      // A clock that was set back begins anew.
      if watch.since > now { watch = Watch(since: now) }
      let minute = now.microseconds / 60_000_000
      let oldest = (now + .zero - window).microseconds / 60_000_000
      watch.highest.removeAll { $0.minute < oldest || $0.minute > minute }
      if let last = watch.highest.last, last.minute == minute {
        watch.highest[watch.highest.count - 1].load = max(last.load, load)
      } else {
        watch.highest.append((minute, load))
      }
      state[resource] = watch
      return ObservedLoad(now: load, highest: watch.highest.map(\.load).max() ?? load, since: watch.since)
    }
  }
}
