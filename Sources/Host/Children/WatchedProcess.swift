internal import CLinux
internal import Glibc
internal import Synchronization

/// A process whose end is waited for by its descriptor (pidfd_open(2)): one's own child or somebody else's
/// alike.
///
/// The poller's thread wakes when the process ends; microseconds later it is reaped, where it is one's own,
/// and everybody who waits is told.
final class WatchedProcess: Sendable {
  let identity: ProcessIdentity
  let handle: Descriptor

  private struct State {
    var token: Poller.Token?
    var end: ProcessEnd?
    var lastWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<ProcessEnd?, Never>] = [:]
  }

  private let state = Mutex(State())
  private let onEnd: @Sendable (ProcessIdentity, ProcessEnd) -> Void

  /// `nil`: it has ended.
  init?(
    _ identity: ProcessIdentity,
    onEnd: @escaping @Sendable (ProcessIdentity, ProcessEnd) -> Void = { _, _ in }
  ) throws(HostError) {
    guard let handle = try identity.open() else { return nil }
    self.identity = identity
    self.handle = handle
    self.onEnd = onEnd
  }

  /// A child that this process just started: it may be a zombie already, but its number is still its own.
  init(
    started pid: Int32, onEnd: @escaping @Sendable (ProcessIdentity, ProcessEnd) -> Void
  ) throws(HostError) {
    handle = try Descriptor(clinux_pidfd_open(pid), "open", "process \(pid)")
    guard let status = ProcessStatus(of: pid) else {
      throw HostError("look at", "process \(pid)", code: ESRCH)
    }
    identity = ProcessIdentity(pid: pid, startTicks: status.startTicks)
    self.onEnd = onEnd
  }

  /// Begins to watch; to be called once. The poller keeps this object until the process ends.
  func watch() throws(HostError) {
    // The handler may run before the token is stored; then it leaves the descriptor registered and is called
    // again.
    let token = try Poller.exits.add(handle.raw, identity.description) { self.look() }
    state.withLock { $0.token = token }
  }

  var hasEnded: Bool { state.withLock { $0.end != nil } }

  /// Waits for the end. `nil`: the task was cancelled first.
  func end() async -> ProcessEnd? {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state -> ProcessEnd?? in
          if let end = state.end { return .some(end) }
          if Task.isCancelled { return .some(nil) }
          state.waiters[id] = continuation
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
    }
  }

  /// Waits for the end, for as long as `duration`. `nil`: it runs on.
  /// - Throws: `CancellationError`.
  func end(within duration: Duration, _ clock: any WallClock) async throws -> ProcessEnd? {
    try await withThrowingTaskGroup(of: ProcessEnd?.self) { group in
      group.addTask { await self.end() }
      group.addTask {
        try await clock.sleep(for: duration)
        return nil
      }
      let first = try await group.next() ?? nil
      group.cancelAll()
      try Task.checkCancellation()
      return first
    }
  }

  private func look() {
    guard let token = state.withLock(\.token) else { return }
    var code: Int32 = 0
    var status: Int32 = 0
    let end: ProcessEnd
    switch clinux_reap(handle.raw, &code, &status) {
    case 0: return
    case 1: end = code == CLD_EXITED ? .exited(status) : .signaled(ProcessSignal(rawValue: status))
    default: end = .unseen
    }
    Poller.exits.remove(handle.raw, token)
    onEnd(identity, end)
    let waiters = state.withLock { state in
      state.end = end
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume(returning: end) }
  }
}
