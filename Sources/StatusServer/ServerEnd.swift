import NIOCore
import Synchronization

/// The end of the server: once it is reached, nobody is let in any more, and whoever was let in is still served.
final class ServerEnd: Sendable {
  private struct State {
    var isReached = false
    var channel: (any Channel)?
  }

  private let state = Mutex(State())

  var isReached: Bool { state.withLock(\.isReached) }

  /// Closes `channel` when the end is reached; at once where it has been.
  func closes(_ channel: any Channel) {
    let isReached = state.withLock { state in
      state.channel = channel
      return state.isReached
    }
    if isReached { channel.close(promise: nil) }
  }

  /// Lets nobody in from now on.
  func reach() {
    let channel = state.withLock { state in
      state.isReached = true
      return state.channel
    }
    channel?.close(promise: nil)
  }
}
