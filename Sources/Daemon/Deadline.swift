import Host
import Synchronization

/// Runs `work` and returns what it returns, or nil once `limit` is over. Work that does not heed its cancellation goes
/// on in the background: a look that hangs in the kernel must not hang whoever waits for it.
func withDeadline<Result: Sendable>(
  _ limit: Duration, clock: any WallClock, _ work: @escaping @Sendable () async -> Result
) async -> Result? {
  let tasks = Mutex<[Task<Void, Never>]>([])
  let result: Result? = await withCheckedContinuation { continuation in
    let once = Once(continuation)
    let working = Task { once.resume(await work()) }
    let waiting = Task {
      guard (try? await clock.sleep(for: limit)) != nil else { return }
      once.resume(nil)
    }
    tasks.withLock { $0 = [working, waiting] }
  }
  for task in tasks.withLock({ $0 }) { task.cancel() }
  return result
}

/// A continuation that only the first of two resumes.
private final class Once<Result: Sendable>: Sendable {
  private let continuation: Mutex<CheckedContinuation<Result?, Never>?>

  init(_ continuation: CheckedContinuation<Result?, Never>) { self.continuation = Mutex(continuation) }

  func resume(_ result: Result?) {
    continuation.withLock { continuation in
      continuation?.resume(returning: result)
      continuation = nil
    }
  }
}
