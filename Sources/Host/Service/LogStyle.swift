internal import Glibc

/// How lines of the log are written.
public enum LogStyle: Hashable, Sendable {
  /// For journald, which takes the priority from a `<N>` in front (sd-daemon(3)) and the time itself.
  case journal
  /// For people.
  case readable(isColoured: Bool)

  /// The style for this process's standard error: journald's where JOURNAL_STREAM names it by device and
  /// inode (systemd.exec(5)), else for people, coloured on a terminal unless NO_COLOR is set to something
  /// (no-color.org).
  public static func forStandardError() -> LogStyle {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    var status = stat()
    let file = fstat(STDERR_FILENO, &status) == 0 ? FileIdentity(status) : nil
    return style(
      journalStream: variable("JOURNAL_STREAM"), noColor: variable("NO_COLOR"), term: variable("TERM"),
      standardError: file, isTerminal: isatty(STDERR_FILENO) == 1)
  }

  static func style(
    journalStream: String?, noColor: String?, term: String?, standardError: FileIdentity?, isTerminal: Bool
  ) -> LogStyle {
    if let journalStream, let standardError {
      let parts = journalStream.split(separator: ":").map { UInt64($0) }
      if parts == [standardError.device, standardError.inode] { return .journal }
    }
    return .readable(isColoured: isTerminal && (noColor ?? "").isEmpty && term != "dumb")
  }
}
