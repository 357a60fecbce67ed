internal import Glibc

/// Whom the kernel kills first when memory runs out (proc_pid_oom_score_adj(5)): what this process starts, before itself.
enum MemoryScore {
  /// Whether this process is spared before others, as a service's unit can have it; its children would inherit that.
  private static let isSpared: Bool = {
    guard let bytes = try? PseudoFile.read("/proc/self/oom_score_adj") else { return false }
    return bytes.first == UInt8(ascii: "-")
  }()

  /// Lets the process be killed like any other. A score that is not below zero is left alone: lowering one takes a privilege.
  static func expose(_ pid: Int32) {
    guard isSpared else { return }
    let file = open("/proc/\(pid)/oom_score_adj", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, "0", 1)
    close(file)
  }
}
