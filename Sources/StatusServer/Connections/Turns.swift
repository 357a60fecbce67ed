import Synchronization

/// Lets one at a time do what takes a core for seconds. The others wait, each user in one place; who is `isFirst` before
/// the others: nobody who only looks may keep those from looking who would mend things.
final class Turns: Sendable {
  private struct Waiter {
    let isFirst: Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var isTaken = false
    /// Who has a turn or waits for one.
    var users: Set<UInt32> = []
    var waiting: [Waiter] = []
  }

  private let waitingMax: Int
  private let state = Mutex(State())

  init(waitingMax: Int) { self.waitingMax = waitingMax }

  /// How many have a turn or wait for one.
  var count: Int { state.withLock(\.users.count) }

  /// Waits for the user's turn; nil where the user has a place already, or too many wait.
  func take(for uid: UInt32, isFirst: Bool) async -> Turn? {
    let isAdmitted = state.withLock { state in
      guard state.users.count <= waitingMax else { return false }
      return state.users.insert(uid).inserted
    }
    guard isAdmitted else { return nil }
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.isTaken else {
          state.isTaken = true
          return true
        }
        state.waiting.append(Waiter(isFirst: isFirst, continuation: continuation))
        return false
      }
      if isFree { continuation.resume() }
    }
    return Turn(self, uid)
  }

  fileprivate func give(back uid: UInt32) {
    let next = state.withLock { state -> Waiter? in
      state.users.remove(uid)
      guard let index = state.waiting.firstIndex(where: \.isFirst) ?? state.waiting.indices.first else {
        state.isTaken = false
        return nil
      }
      return state.waiting.remove(at: index)
    }
    next?.continuation.resume()
  }
}

/// Ends when the last one who holds it lets go.
final class Turn: Sendable {
  private let turns: Turns
  private let uid: UInt32

  fileprivate init(_ turns: Turns, _ uid: UInt32) {
    self.turns = turns
    self.uid = uid
  }

  deinit { turns.give(back: uid) }
}
