import CLinux
import Glibc

/// What happens around a watch: signals, read from a descriptor so that they can be waited for beside the daemon
/// (signalfd(2)), and keys.
struct Signals {
  /// What somebody waited for.
  enum News: Equatable { case time, readable, resized, end }

  private let descriptor: Int32
  private let screen: Screen?

  init(around screen: Screen?) {
    self.screen = screen
    var mask = sigset_t()
    sigemptyset(&mask)
    // Ending and stopping must leave a terminal as it was; what is no terminal is ended as everything is.
    let caught = [SIGWINCH, SIGCONT] + (screen != nil ? [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP] : [])
    for signal in caught { sigaddset(&mask, signal) }
    pthread_sigmask(SIG_BLOCK, &mask, nil)
    descriptor = signalfd(-1, &mask, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
  }

  /// Sleeps until the time is over, `other` has something, or somebody did something.
  func wait(for time: Duration, or other: Int32?) -> News {
    let deadline = ContinuousClock.now + time
    while true {
      let left = ContinuousClock.now.duration(to: deadline).components
      let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      var polled = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: screen != nil ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: other ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&polled, 3, Int32(clamping: max(0, milliseconds)))
      if polled[0].revents != 0, let news = received() { return news }
      if polled[1].revents != 0, pressed() { return .end }
      if polled[2].revents != 0 { return .readable }
      if count == 0, ContinuousClock.now >= deadline { return .time }
    }
  }

  /// Whether `descriptor` has something now.
  func isReadable(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 0) > 0
  }

  private func received() -> News? {
    var info = signalfd_siginfo()
    guard read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) > 0 else { return nil }
    switch Int32(info.ssi_signo) {
    case SIGWINCH, SIGCONT: return .resized
    case SIGTSTP:
      screen?.restore()
      // Stopped by the one signal that nobody can catch; whoever continues it finds it drawn anew.
      kill(getpid(), SIGSTOP)
      screen?.prepare()
      return .resized
    default: return .end
    }
  }

  /// Whether the key that ends it was pressed: `q`, or the end of what is typed.
  private func pressed() -> Bool {
    var keys = [UInt8](repeating: 0, count: 64)
    let count = read(STDIN_FILENO, &keys, keys.count)
    return count <= 0 || keys[..<count].contains { $0 == UInt8(ascii: "q") || $0 == 4 }
  }
}
