import Glibc

/// The time that processes have been on a processor.
public enum ProcessorTime {
  /// Of this process.
  public static var ofThis: Duration { time(of: RUSAGE_SELF) }
  /// Of its children that have ended and were waited for, and of theirs.
  public static var ofChildren: Duration { time(of: RUSAGE_CHILDREN) }

  private static func time(of whom: __rusage_who) -> Duration {
    var usage = rusage()
    getrusage(__rusage_who_t(whom.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(.zero) {
      $0 + .seconds($1.tv_sec) + .microseconds($1.tv_usec)
    }
  }
}
