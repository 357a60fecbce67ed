import CrashPoints
import Synchronization

/// Threads for work that waits for others (a server that may never answer): one for each work, ended with it, so that a
/// work that hangs holds up nobody else. At most so many run at once; more wait their turn, first come first served.
public final class OwnThreads: Sendable {
  private struct State {
    var running = 0
    var waiting: [@Sendable () -> Void] = []
  }

  private let max: Int
  private let state = Mutex(State())

  /// Threads of which at most `max` run at once.
  public init(max: Int) { self.max = max }

  /// Runs `work` on a thread of its own. Cancellation is seen before the work begins; work that has begun runs to its end.
  /// - Throws: `CancellationError`, or what `work` throws.
  public func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try Task.checkCancellation()
    let work = carryingEffects(work)
    return try await withCheckedThrowingContinuation { continuation in
      enqueue { continuation.resume(with: Result(catching: work)) }
    }
  }

  private func enqueue(_ job: @escaping @Sendable () -> Void) {
    let starts = state.withLock { state in
      guard state.running < max else {
        state.waiting.append(job)
        return false
      }
      state.running += 1
      return true
    }
    guard starts else { return }
    Thread.start { [self] in
      var next: (@Sendable () -> Void)? = job
      while let job = next {
        job()
        next = state.withLock { state in
          guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
          state.running -= 1
          return nil
        }
      }
    }
  }
}
