import Glibc
import Host

/// What the kernel tells of a program that runs.
extension Program {
  /// Whether a process runs: one that has ended and was not waited for does not.
  static func isRunning(_ pid: pid_t) -> Bool {
    guard let bytes = (try? PlainFile.read("/proc/\(pid)/stat", bytesMax: 4096)).flatMap(\.self),
      let state = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.dropFirst().first
    else { return false }
    return state != "Z" && state != "X"
  }

  /// The processor time that a process has used, in milliseconds. The time of threads that have ended is part of it: a
  /// sum over those that live goes down whenever one ends.
  static func processorMilliseconds(of pid: pid_t) throws -> Double {
    var clock = clockid_t()
    var time = timespec()
    guard isRunning(pid), clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      throw Failed(description: "process \(pid) has ended")
    }
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }

  /// The memory that a process takes, its share of what it shares with others included, in MiB.
  static func proportionalSetSize(of pid: pid_t) throws -> Double {
    let bytes = try PlainFile.read("/proc/\(pid)/smaps_rollup", bytesMax: 1 << 16) ?? []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("Pss:") {
      let kibibytes = line.split(separator: " ").dropFirst().first.flatMap { Double($0) }
      return (kibibytes ?? .nan) / 1024
    }
    throw Failed(description: "no size of process \(pid)")
  }
}
