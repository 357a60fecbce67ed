internal import CLinux
internal import Glibc
internal import Synchronization

/// One thread that sleeps until one of its descriptors has something, and then calls that descriptor's
/// handler.
///
/// Handlers run on the poller's thread, one after the other, and must not block. There are three, so that one
/// kind of work never delays another: a flood of output must not delay the notice that a process ended.
final class Poller: Sendable {
  typealias Token = UInt64

  /// Ends of processes. Nothing else, so that notice takes microseconds.
  static let exits = Poller()
  /// Output of children.
  static let output = Poller()
  /// Clocks and folders.
  static let quiet = Poller()

  static let readable = EPOLLIN.rawValue

  private struct State {
    var handlers: [Token: @Sendable () -> Void] = [:]
    var lastToken: Token = 0
  }

  private let epoll: Int32
  private let state = Mutex(State())

  private init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    precondition(epoll >= 0, "cannot make an epoll descriptor: error \(errno)")
    Thread.start { [self] in run() }
  }

  /// Calls `handler` whenever `descriptor` is readable or its other end is gone, until it is removed.
  func add(
    _ descriptor: Int32, _ subject: String, handler: @escaping @Sendable () -> Void
  ) throws(HostError) -> Token {
    let token = state.withLock { state in
      state.lastToken += 1
      state.handlers[state.lastToken] = handler
      return state.lastToken
    }
    var event = epoll_event(events: Self.readable, data: epoll_data(u64: token))
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
      let failure = HostError.last("watch", subject)
      state.withLock { $0.handlers[token] = nil }
      throw failure
    }
    return token
  }

  /// Forgets a descriptor; to be called before it is closed. A handler that is running now may still finish.
  func remove(_ descriptor: Int32, _ token: Token) {
    state.withLock { $0.handlers[token] = nil }
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
  }

  private func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let count = epoll_wait(epoll, &events, Int32(events.count), -1)
      guard count > 0 else { continue }
      for event in events[..<Int(count)] {
        let handler = state.withLock { $0.handlers[event.data.u64] }
        handler?()
      }
    }
  }
}
