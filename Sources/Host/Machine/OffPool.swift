internal import CrashPoints
internal import Glibc
internal import Synchronization

/// Runs blocking work (an fsync, a walk over many files, a scan of /proc) outside Swift's cooperative pool,
/// whose threads are as few as the cores and must never wait for a disk.
///
/// At most ``BlockingThreads/threadsMax`` such works run at once; more wait their turn, first come first
/// served. Cancellation is seen before the work begins; work that has begun runs to its end.
/// - Throws: `CancellationError`, or what `work` throws.
public func offPool<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
  try Task.checkCancellation()
  let work = carryingEffects(work)
  return try await withCheckedThrowingContinuation { continuation in
    BlockingThreads.shared.enqueue { continuation.resume(with: Result(catching: work)) }
  }
}

/// A handful of threads that may block, started when first needed and kept.
final class BlockingThreads: Sendable {
  static let shared = BlockingThreads()

  /// Enough for a slow disk not to hold up a look at /proc; few, because more only queue up in the kernel.
  static let threadsMax = 6

  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var next = 0
    var threads = 0
    var idle = 0
  }

  private let state = Mutex(State())
  private let ready = Signal()

  func enqueue(_ job: @escaping @Sendable () -> Void) {
    let startsThread = state.withLock { state in
      state.jobs.append(job)
      let waiting = state.jobs.count - state.next
      guard waiting > state.idle, state.threads < Self.threadsMax else { return false }
      state.threads += 1
      return true
    }
    if startsThread { Thread.start { self.work() } }
    ready.raise()
  }

  private func work() {
    while true {
      state.withLock { $0.idle += 1 }
      ready.wait()
      let job = state.withLock { state -> (@Sendable () -> Void)? in
        state.idle -= 1
        guard state.next < state.jobs.count else { return nil }
        defer {
          state.next += 1
          if state.next == state.jobs.count {
            state.jobs.removeAll(keepingCapacity: true)
            state.next = 0
          } else if state.next >= 1024 {
            state.jobs.removeFirst(state.next)
            state.next = 0
          }
        }
        let job = state.jobs[state.next]
        state.jobs[state.next] = {}
        return job
      }
      job?()
    }
  }
}
