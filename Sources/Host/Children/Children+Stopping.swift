internal import CrashPoints
internal import Glibc
internal import Synchronization

extension Children {
  /// SIGKILL takes effect when a process next returns from the kernel. One that waits for a dead disk never
  /// does; after this long that is said, and the daemon does not hang with it.
  static let killTakesMax = Duration.seconds(5)
  /// Between two looks for strays, which may fork while they are being killed.
  private static let strayPauseMicroseconds: UInt32 = 5_000
  private static let strayLooksMax = 200

  /// Asks a child to end (SIGTERM to its process group), waits as long as `grace`, and then ends it and all
  /// that it left behind (SIGKILL). A child that has ended is a success.
  /// - Throws: ``HostError`` where something could not be ended; `CancellationError`, and then stopping must
  ///   be asked again.
  public func stop(_ child: Child, within grace: Duration) async throws -> ChildStop {
    guard try await adopt(child), let process = beginStop(of: child) else {
      let killed = try await offPool {
        defer { self.records.forget(child.run) }
        return self.killStrays(of: child)
      }
      return ChildStop(end: .unseen, straysKilled: killed)
    }
    do {
      let stop = try await stop(child, process, grace)
      let left = try await offPool {
        let left = self.strays(of: child)
        // Not before: what is left and bears its marks would be taken for it by the next daemon.
        if left.isEmpty { self.records.forget(child.run) }
        return left
      }
      guard left.isEmpty else {
        throw HostError(
          "stop", child.instance, "\(left.count) of its processes do not end, even by SIGKILL",
          class: .transient)
      }
      return stop
    } catch {
      endStop(of: child)
      throw error
    }
  }

  private func stop(_ child: Child, _ process: WatchedProcess, _ grace: Duration) async throws -> ChildStop {
    let deadline = clock.monotonic + grace
    // To the group, as systemd does it: a shell that only waits for its command would end and leave the
    // command behind.
    signalGroup(of: process, SIGTERM)
    signalGroup(of: process, SIGCONT)

    var wasKilled = false
    var end = try await process.end(within: grace, clock)
    if end == nil {
      wasKilled = true
      signalGroup(of: process, SIGKILL)
      end = try await process.end(within: Self.killTakesMax, clock)
    }
    guard let end else {
      throw HostError(
        "stop", child.instance, "\(child.process) does not end, even by SIGKILL", class: .transient)
    }
    // Its workers had the signal too and may still be finishing what they do.
    try await awaitStrays(of: child, until: deadline)
    let killed = try await offPool { self.killStrays(of: child) }
    return ChildStop(end: end, wasKilled: wasKilled, straysKilled: killed)
  }

  private func beginStop(of child: Child) -> WatchedProcess? {
    state.withLock { state in
      state.watched[child]?.isStopping = true
      return state.watched[child]?.process
    }
  }

  private func endStop(of child: Child) {
    state.withLock { $0.watched[child]?.isStopping = false }
  }

  private func signalGroup(of process: WatchedProcess, _ signal: Int32) {
    // The number stays taken while the process is not reaped, or any member of its group lives.
    guard !process.hasEnded, process.identity.isRunning else { return }
    _ = effect("child.signal") { kill(-process.identity.pid, signal) }
  }

  private func awaitStrays(of child: Child, until deadline: Duration) async throws {
    let members = try await offPool { self.strays(of: child) }
    for member in members {
      let rest = deadline - clock.monotonic
      guard rest > .zero else { return }
      guard let process = try WatchedProcess(member) else { continue }
      try process.watch()
      _ = try await process.end(within: rest, clock)
    }
  }

  /// Kills what a child left behind. Returns how many there were. Blocks.
  func killStrays(of child: Child) -> Int { killAll { strays(of: child) } }

  /// Kills what any run of an instance left behind. Blocks.
  func killLeftovers(of instance: String) { _ = killAll { leftovers(of: instance) } }

  /// Looks and kills until a look finds nothing more.
  private func killAll(_ look: () -> [ProcessIdentity]) -> Int {
    var killed: Set<ProcessIdentity> = []
    for _ in 0..<Self.strayLooksMax {
      let found = look()
      if found.isEmpty { break }
      for process in found {
        effect("stray.kill") { _ = try? process.signal(.kill) }
        killed.insert(process)
      }
      usleep(Self.strayPauseMicroseconds)
    }
    return killed.count
  }
}
