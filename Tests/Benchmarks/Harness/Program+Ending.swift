import Glibc
import Host

/// However a figure ends, nothing that it started outlives it.
extension Program {
  /// Ends programs that were started here: by `signal`, and by force where that does not help within ten seconds.
  static func end(_ pids: [pid_t], with signal: Int32 = SIGKILL) {
    for pid in pids { kill(pid, signal) }
    for _ in 0..<1_000 where pids.contains(where: isRunning) { usleep(10_000) }
    for pid in pids {
      kill(pid, SIGKILL)
      wait(pid)
    }
  }

  /// Kills what was started here, and what that has started. Whoever waits for one of them still finds how it ended.
  static func killAll() {
    for _ in 0..<100 {
      // Parents first: what keeps others alive cannot start them again.
      let living = descendants(of: getpid()).filter(isRunning)
      guard !living.isEmpty else { return }
      for pid in living { kill(pid, SIGKILL) }
      usleep(10_000)
    }
  }

  /// Kills what a figure that is over has left, and forgets it.
  static func sweep() {
    killAll()
    while waitpid(-1, nil, WNOHANG) > 0 {}
  }

  /// Each after its parent.
  private static func descendants(of pid: pid_t) -> [pid_t] {
    var found = [pid]
    var next = 0
    while next < found.count {
      for task in (try? PlainFile.names(in: "/proc/\(found[next])/task")) ?? [] {
        let text = try? PlainFile.read("/proc/\(found[next])/task/\(task)/children", bytesMax: 1 << 20)
        found += String(decoding: text.flatMap(\.self) ?? [], as: UTF8.self).split(separator: " ")
          .compactMap { pid_t($0) }
      }
      next += 1
    }
    return Array(found.dropFirst())
  }
}
