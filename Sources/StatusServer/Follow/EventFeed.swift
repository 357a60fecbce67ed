public import Reconciliation
import Synchronization

/// Hands events to whoever listens, in a bounded buffer each: what the daemon needs to offer
/// ``StatusSource/live()``.
public final class EventFeed: Sendable {
  /// How many events wait for a listener; an older one makes way for a newer one, which shows as a gap in the
  /// sequences.
  public static let bufferMax = 256

  private struct State {
    var listeners: [UInt64: AsyncStream<Event>.Continuation] = [:]
    var next: UInt64 = 0
    var isFinished = false
  }

  private let state = Mutex(State())

  /// A feed without listeners.
  public init() {}

  /// How many listen.
  public var listeners: Int { state.withLock(\.listeners.count) }

  /// Hands `events` to all who listen; never waits.
  public func publish(_ events: [Event]) {
    for listener in state.withLock({ Array($0.listeners.values) }) {
      for event in events { listener.yield(event) }
    }
  }

  /// Events from now on.
  public func listen() -> AsyncStream<Event> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Event.self, bufferingPolicy: .bufferingNewest(EventFeed.bufferMax))
    let number = state.withLock { state -> UInt64? in
      guard !state.isFinished else { return nil }
      state.next += 1
      state.listeners[state.next] = continuation
      return state.next
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
    }
    return stream
  }

  /// Ends all streams: the daemon stops.
  public func finish() {
    let left = state.withLock { state in
      state.isFinished = true
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for listener in left { listener.finish() }
  }
}
