/// Why the event log could not be opened, read or written, and what that means for the process.
public struct EventLogError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the process must make of it.
  public enum Kind: Sendable, Hashable {
    /// Nothing was written, for want of space, or because another program holds SQLite's lock, or no file can
    /// be opened. Effects must stop; reading goes on; the same events may be appended again.
    case full
    /// The disk or the file failed. Whether the last events were kept is known only after a restart, and a
    /// write that is tried again may be reported as durable without being it. So the process must exit.
    case broken
    /// The request makes no sense or the file is not for us. Nothing was changed.
    case refused
  }

  /// What the process must make of it.
  public let kind: Kind
  /// The log's path.
  public let path: String
  /// What is wrong and what can be done, in one paragraph. Holds nothing of any event's message or body.
  public let message: String
  /// The sequence of the event that was refused, where it was one: the others of its batch are none the worse for it.
  public let event: Int64?

  init(_ kind: Kind, _ path: String, _ message: String, event: Int64? = nil) {
    self.kind = kind
    self.path = path
    self.message = message
    self.event = event
  }

  public var description: String { "\(path): \(message)" }

  static func damaged(_ path: String, _ what: String) -> EventLogError {
    EventLogError(
      .broken, path,
      "the event log is damaged: \(what). Nothing was changed. "
        + "`steward events verify --log \(path)` examines it. To go on, put a copy from a backup in its place, "
        + "or move the file, with its -wal and -shm, aside: a new log is begun and the old one is kept.")
  }
}
