internal import CLinux
internal import Glibc
internal import Synchronization

/// The notice that a process of anybody's ends, within microseconds (pidfd_open(2)), for as long as this object lives.
///
/// It looks at nothing else of the process, so that it works where other users' processes are hidden
/// (`ProtectProc=invisible`). A number that was used again meanwhile is told of all the same: the notice means that it
/// is worth looking, not what is to be seen.
public final class ProcessWatch: Sendable {
  private let handle: Descriptor
  private let token = Mutex<Poller.Token?>(nil)
  private let onEnd: @Sendable () -> Void

  /// Calls `onEnd` once, when the process with this number has ended. `nil`: there is none, or it cannot be watched.
  public init?(of pid: Int32, onEnd: @escaping @Sendable () -> Void) {
    guard let handle = try? Descriptor(clinux_pidfd_open(pid), "watch", "process \(pid)") else { return nil }
    self.handle = handle
    self.onEnd = onEnd
    // The handler may run before the token is stored; then it is called again.
    let token = try? Poller.exits.add(self.handle.raw, "process \(pid)") { [weak self] in self?.ended() }
    guard let token else { return nil }
    self.token.withLock { $0 = token }
  }

  deinit { leave() }

  private func ended() { if leave() { onEnd() } }

  @discardableResult
  private func leave() -> Bool {
    token.withLock { token in
      guard let given = token else { return false }
      Poller.exits.remove(handle.raw, given)
      token = nil
      return true
    }
  }
}
