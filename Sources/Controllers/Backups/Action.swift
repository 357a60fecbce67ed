public import PgBackRest
public import Reconciliation
import Specification

/// What can be done about backups: make one, and find out whether they are any good.
public struct BackupsAction: ControllerAction {
  /// What is done.
  public enum Kind: String, Sendable, Codable {
    /// Reads a dump from end to end, by the tests that there are for its kind.
    case verify
    /// Restores a backup into a scratch folder: a dump by the operator's command, pgBackRest's into a cluster that is
    /// started and asked.
    case drill
    /// Makes one by pgBackRest.
    case backup
    /// Forces a WAL segment into the archive, to know up to when nothing would be lost.
    case check
    /// Removes what a drill that was cut off left behind.
    case sweep
  }

  /// What.
  public var kind: Kind
  /// Of which dump, where it is about one.
  public var dump: Dump?
  /// What the backup is to hold, where one is made.
  public var type: PgBackRest.BackupType?

  public var verb: String { kind.rawValue }

  /// A backup and a drill take time and room, and change nothing that anybody uses.
  public var risk: Risk { .safe }

  public var rule: String? {
    switch kind {
    case .drill, .sweep: "drill"
    case .verify: "every"
    case .backup: type == .full ? "full every" : "every"
    case .check: "rpo"
    }
  }

  public var description: String {
    switch kind {
    case .verify: "test \(subject)"
    case .drill: "restore \(subject), into a scratch folder"
    case .backup: type == .full ? "make a full backup" : "make a differential backup"
    case .check: "prove that the archive is up to date"
    case .sweep: "remove what a drill that was cut off left behind"
    }
  }

  private var subject: String { dump.map { "\($0.name), \(ByteCount(bytes: $0.bytes).words)" } ?? "nothing" }
}
