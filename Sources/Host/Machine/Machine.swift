internal import Glibc

/// What is fixed for as long as this machine, and this process, run.
public enum Machine {
  /// The kernel's random name for this boot: with it, a process is told from one of the same number and start
  /// time before a reboot (random(4): /proc/sys/kernel/random/boot_id). Empty where the kernel does not say.
  public static let bootID: String = {
    guard let bytes = try? PseudoFile.read("/proc/sys/kernel/random/boot_id") else { return "" }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }()

  /// The user this process acts as.
  public static var effectiveUser: UInt32 { geteuid() }

  /// This process.
  public static var processID: Int32 { getpid() }

  /// Lets writing to a pipe that nobody reads fail (EPIPE) instead of ending this process (SIGPIPE). A
  /// command that does not read its input is enough to break a pipe. Children start with the default again.
  static let survivesBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

  /// Lets a crash of this process, or of a child that does not ask for it, leave no image of its memory on a disk (core(5)):
  /// there are values of secrets in it.
  public static func dumpNoCore() {
    var limit = rlimit()
    let core = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    guard getrlimit(core, &limit) == 0 else { return }
    limit.rlim_cur = 0
    setrlimit(core, &limit)
  }

  /// The kernel's clock ticks in a second: the unit of times in /proc/PID/stat.
  static let ticksPerSecond = max(1, Int64(sysconf(Int32(_SC_CLK_TCK))))

  static let pageBytes = max(1, Int64(sysconf(Int32(_SC_PAGESIZE))))
}
