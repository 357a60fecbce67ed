import Fixtures
import Host
import Reconciliation
import Synchronization

/// Clients that log in again and again with what is delivered at that moment, while it changes: who has begun what.
final class Followers: Sendable {
  private struct State {
    var begun: [Int]
    var isOver = false
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(begun: [Int](repeating: 0, count: count))) }

  var count: Int { state.withLock { $0.begun.count } }

  /// Begins another login of one of them; false once they are to end.
  func begin(_ index: Int) -> Bool {
    state.withLock {
      guard !$0.isOver else { return false }
      $0.begun[index] += 1
      return true
    }
  }

  func end() { state.withLock { $0.isOver = true } }

  /// Lets a month pass `times` times, and the overlap after each rotation. Returns how long each took from due to finished,
  /// the shortest first.
  func outlive(_ times: Int, rotationsBy keeper: Keeper, of workshop: Workshop) async throws -> [Duration] {
    var took: [Duration] = []
    for _ in 0..<times {
      workshop.clock.advance(by: days(30))
      let due = ContinuousClock.now
      try await keeper.settle(.woke)
      took.append(due.duration(to: .now))
      // The overlap: as long as a login takes, no longer.
      try await overtake()
      workshop.clock.advance(by: .seconds(3601))
      try await keeper.settle(.woke)
    }
    return took.sorted()
  }

  /// Waits until each has begun a login after this moment, so that the one that it began before is over.
  private func overtake() async throws {
    let before = state.withLock { $0.begun }
    try await eventually { state.withLock { zip($0.begun, before).allSatisfy { $0 > $1 } } }
  }
}
