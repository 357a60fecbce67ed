import Glibc

/// What the kernel says of this process, under the names that Prometheus' own clients use.
struct ProcessFigures {
  private var residentBytes: Double?
  private var processorSeconds: Double?
  private var openDescriptors: Double?
  private var descriptorsMax: Double?

  /// Looks now; a figure that cannot be had is left out.
  init() {
    if let pages = ProcessFigures.read("/proc/self/statm")?.split(separator: " ").dropFirst().first {
      residentBytes = Double(pages).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
    }
    var usage = rusage()
    if getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 {
      processorSeconds =
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      descriptorsMax = Double(limit.rlim_cur)
    }
    openDescriptors = ProcessFigures.countDescriptors()
  }

  /// Adds them to `out`.
  func add(to out: inout MetricsText) {
    out.add("process_resident_memory_bytes", .gauge, "Resident memory.", residentBytes)
    out.add("process_cpu_seconds_total", .counter, "User and system time.", processorSeconds)
    out.add("process_open_fds", .gauge, "Open descriptors.", openDescriptors)
    out.add("process_max_fds", .gauge, "The most descriptors it may have.", descriptorsMax)
  }

  private static func countDescriptors() -> Double? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0.0
    while readdir(folder) != nil { count += 1 }
    // Not `.`, `..` and the descriptor that looks.
    return count - 3
  }

  private static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }
}
