internal import Glibc

/// What a process uses, as /proc shows it at one moment.
public struct ResourceUse: Hashable, Sendable, Codable {
  /// Processor time since it began, user and system together.
  public let processorMicroseconds: Int64
  /// Memory that it has in RAM, shared pages counted in full.
  public let residentBytes: Int64
  /// Memory that it has in RAM, shared pages counted by their share (smaps_rollup); `nil` where that may not
  /// be read.
  public let proportionalBytes: Int64?
  /// Open descriptors; `nil` where they may not be counted.
  public let descriptors: Int?
  /// Threads.
  public let threads: Int
  /// Processes that were counted: one, or all of a session.
  public let processes: Int

  /// What somebody else measured: systemd of a unit, of whose processes it tells neither the number nor what is open.
  public init(processorMicroseconds: Int64, residentBytes: Int64, threads: Int) {
    self.processorMicroseconds = processorMicroseconds
    self.residentBytes = residentBytes
    proportionalBytes = nil
    descriptors = nil
    self.threads = threads
    processes = 1
  }

  /// What all processes of a session use together. `nil`: it has none. Blocks; call it inside
  /// ``offPool(_:)``.
  public init?(ofSession leader: Int32) {
    let members = ((try? ProcessTable.processIDs()) ?? []).compactMap { pid -> ResourceUse? in
      guard let status = ProcessStatus(of: pid), status.session == leader, status.isRunning else {
        return nil
      }
      return ResourceUse(pid, status)
    }
    guard !members.isEmpty else { return nil }
    func sum(_ value: (ResourceUse) -> Int64?) -> Int64? {
      members.reduce(Int64?.some(0)) { total, use in
        guard let total, let value = value(use) else { return nil }
        return total + value
      }
    }
    processorMicroseconds = sum(\.processorMicroseconds) ?? 0
    residentBytes = sum(\.residentBytes) ?? 0
    proportionalBytes = sum(\.proportionalBytes)
    descriptors = sum { $0.descriptors.map(Int64.init) }.map(Int.init)
    threads = members.reduce(0) { $0 + $1.threads }
    processes = members.count
  }

  private init(_ pid: Int32, _ status: ProcessStatus) {
    let ticks = Int64(status.userTicks + status.systemTicks)
    processorMicroseconds = ticks * 1_000_000 / Machine.ticksPerSecond
    residentBytes = status.residentPages * Machine.pageBytes
    proportionalBytes = Self.proportionalBytes(of: pid)
    descriptors = Self.descriptors(of: pid)
    threads = status.threads
    processes = 1
  }

  private static func proportionalBytes(of pid: Int32) -> Int64? {
    guard let bytes = try? PseudoFile.read("/proc/\(pid)/smaps_rollup") else { return nil }
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: Array("Pss:".utf8)) {
      let digits = line.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return Int64(String(decoding: digits, as: UTF8.self)).map { $0 * 1024 }
    }
    return nil
  }

  private static func descriptors(of pid: Int32) -> Int? {
    let path = "/proc/\(pid)/fd"
    guard let folder = try? Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path) else {
      return nil
    }
    var count = 0
    guard
      (try? Dirents.forEach(
        in: folder.raw, path,
        { _ in
          count += 1
          return true
        })) != nil
    else { return nil }
    return count
  }
}
