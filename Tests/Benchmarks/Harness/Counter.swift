import Synchronization

/// Counts 1, 2, 3 … over all turns of a contestant.
final class Counter: Sendable {
  private let last = Mutex(0)

  func next() -> Int {
    last.withLock { last in
      last += 1
      return last
    }
  }
}
