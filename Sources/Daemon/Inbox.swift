import Reconciliation
import Synchronization

/// What the loop is told, in order. Everything that arrives while it is busy is taken out at once, so that what
/// happens together is recorded in one transaction.
final class Inbox: Sendable {
  /// One message.
  enum Item: Sendable {
    /// Something for the reducer.
    case input(Input)
    /// A sign of life was asked for: it is given when this has gone through the loop.
    case beat
    /// The configuration was read; so many problems with it as a whole.
    case configured(problems: [String])
    /// What somebody asked to be read anew has been taken in.
    case reloaded
    /// End.
    case stop(reason: String)
  }

  private struct State {
    var items: [Item] = []
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func put(_ item: Item) {
    state.withLock { state in
      state.items.append(item)
      state.waiter?.resume()
      state.waiter = nil
    }
  }

  func put(_ input: Input) { put(.input(input)) }

  /// All that has arrived; waits until something has. One taker at a time.
  func take() async -> [Item] {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        if state.items.isEmpty { state.waiter = continuation } else { continuation.resume() }
      }
    }
    return state.withLock { state in
      defer { state.items.removeAll(keepingCapacity: true) }
      return state.items
    }
  }
}
