internal import Synchronization

/// Tasks asleep until a deadline of some ordered kind, woken in order of deadline, then of arrival.
final class SleeperQueue<Deadline: Comparable & Sendable>: Sendable {
  private struct Sleeper {
    let deadline: Deadline
    let continuation: CheckedContinuation<Wake, any Error>
  }

  private struct State {
    var lastID: UInt64 = 0
    var sleepers: [UInt64: Sleeper] = [:]
  }

  private let state = Mutex(State())

  var count: Int { state.withLock { $0.sleepers.count } }

  var earliest: Deadline? { state.withLock { $0.sleepers.values.map(\.deadline).min() } }

  /// Sleeps until ``wakeDue(by:)`` reaches `deadline` or ``wakeAll(_:)``.
  /// - Parameter armed: called once the sleeper is in the queue: a timer may now have to be set earlier.
  func sleep(until deadline: Deadline, armed: @Sendable () -> Void) async throws -> Wake {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          // Cancellation before this line found no sleeper to wake, so it is looked for once more.
          if Task.isCancelled { return true }
          state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) } else { armed() }
      }
    } onCancel: {
      let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  func wakeDue(by moment: Deadline) {
    wake(.due) { $0.deadline <= moment }
  }

  func wakeAll(_ reason: Wake) {
    wake(reason) { _ in true }
  }

  private func wake(_ reason: Wake, where isAwaited: (Sleeper) -> Bool) {
    let woken = state.withLock { state in
      let chosen = state.sleepers.filter { isAwaited($0.value) }
        .sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
      for (id, _) in chosen { state.sleepers[id] = nil }
      return chosen.map(\.value.continuation)
    }
    for continuation in woken { continuation.resume(returning: reason) }
  }
}
