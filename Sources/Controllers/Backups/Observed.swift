public import Calendar

/// What a look at a folder of dumps or at pgBackRest's repositories found, and what is on record about them.
public struct BackupsObserved: Sendable, Codable, Equatable {
  /// How many dumps there are.
  public var count: Int
  /// Their length in all, in bytes.
  public var bytes: Int64
  /// When the oldest was last changed.
  public var oldest: Instant?
  /// The newest, newest first, at most ``newestMax``.
  public var newest: [Dump]
  /// Names of what is not finished: `.part`, `.tmp` and the like. At most ``unfinishedMax``.
  public var unfinished: [String]
  /// Whether the first word of `restore`, or `scratch`, leads to something; true where neither is written.
  public var restoreExists: Bool
  /// What is on record of tests and drills.
  public var record: Record
  /// How pgBackRest's repositories stand, where it makes the backups: `newest` is then of its backups.
  public var repository: RepositoryObserved?

  /// How many of the newest dumps are kept: enough for a median that one odd dump does not move.
  public static let newestMax = 12
  /// How many unfinished names are kept.
  public static let unfinishedMax = 5

  /// An observation with these parts.
  public init(
    count: Int = 0, bytes: Int64 = 0, oldest: Instant? = nil, newest: [Dump] = [], unfinished: [String] = [],
    restoreExists: Bool = true, record: Record = Record(), repository: RepositoryObserved? = nil
  ) {
    self.count = count
    self.bytes = bytes
    self.oldest = oldest
    self.newest = newest
    self.unfinished = unfinished
    self.restoreExists = restoreExists
    self.record = record
    self.repository = repository
  }

  /// Keeps of `record` what is about dumps that are still there, so that an unchanged folder looks unchanged.
  mutating func remember(_ record: Record) {
    self.record = record
    self.record.verdicts.removeAll { verdict in !newest.contains { verdict.isOf($0) } }
  }
}

/// One dump as a look found it.
public struct Dump: Sendable, Codable, Hashable {
  /// Its file's name.
  public var name: String
  /// Which file it is, on the folder's device.
  public var inode: UInt64
  /// Its length in bytes.
  public var bytes: Int64
  /// When it was last changed: the latest moment that it can hold.
  public var modified: Instant
  /// When the file of checksums beside it that names it was last changed; nil without one.
  public var checksums: Instant?
  /// Whether a process has it open for writing.
  public var isHeld: Bool

  /// A dump with these marks.
  public init(
    name: String, inode: UInt64, bytes: Int64, modified: Instant, checksums: Instant? = nil,
    isHeld: Bool = false
  ) {
    self.name = name
    self.inode = inode
    self.bytes = bytes
    self.modified = modified
    self.checksums = checksums
    self.isHeld = isHeld
  }
}

/// What is on record of one set of backups: kept in a small file of stewardd's state, so that a dump is tested once and
/// a look stays cheap. If that file is lost, dumps are tested again.
public struct Record: Sendable, Codable, Equatable {
  /// The verdicts on dumps, newest first, at most ``verdictsMax``.
  public var verdicts: [Verdict] = []
  /// The last drill that succeeded.
  public var lastSuccess: DrillRecord?
  /// The last drill that failed.
  public var lastFailure: DrillRecord?
  /// What proving the archive came to.
  public var archive: ArchiveRecord?

  /// As many as a look keeps dumps.
  public static let verdictsMax = BackupsObserved.newestMax

  /// Nothing on record.
  public init() {}

  mutating func take(_ verdict: Verdict) {
    verdicts.removeAll { $0.name == verdict.name || $0.inode == verdict.inode }
    verdicts.insert(verdict, at: 0)
    if verdicts.count > Self.verdictsMax { verdicts.removeLast(verdicts.count - Self.verdictsMax) }
  }

  mutating func take(_ archive: ArchiveRecord) {
    let before = self.archive?.provedAt
    self.archive = archive
    // An attempt that failed takes nothing back of what arrived before.
    if archive.provedAt == nil { self.archive?.provedAt = before }
  }

  mutating func take(_ drill: DrillRecord) {
    if drill.problem == nil { lastSuccess = drill } else { lastFailure = drill }
  }

  /// What was found about `dump` as it is now; nil: it was not tested.
  func verdict(on dump: Dump) -> Verdict? { verdicts.first { $0.isOf(dump) } }
}

/// What testing a dump came to.
public struct Verdict: Sendable, Codable, Equatable {
  /// What a test can come to.
  public enum Result: String, Sendable, Codable {
    /// Every test that there is for it succeeded.
    case sound
    /// One failed.
    case corrupt
    /// There is no test for it, or the tool is not installed.
    case untested
  }

  /// Which dump, by its file's name.
  public var name: String
  /// Which file that was.
  public var inode: UInt64
  /// Its length then, in bytes.
  public var bytes: Int64
  /// When it was last changed, as of then.
  public var modified: Instant
  /// When its checksums were last changed, as of then.
  public var checksums: Instant?
  /// What it came to.
  public var result: Result
  /// What was done: `gzip -t`, `sha256`.
  public var tests: [String]
  /// Why it is corrupt or untested.
  public var problem: String?
  /// When it was tested.
  public var at: Instant

  init(of dump: Dump, _ result: Result, by tests: [String], problem: String? = nil, at instant: Instant) {
    name = dump.name
    inode = dump.inode
    bytes = dump.bytes
    modified = dump.modified
    checksums = dump.checksums
    self.result = result
    self.tests = tests
    self.problem = problem
    at = instant
  }

  /// Whether it was `dump`, as it is now, that was tested.
  func isOf(_ dump: Dump) -> Bool {
    name == dump.name && inode == dump.inode && bytes == dump.bytes && modified == dump.modified
      && checksums == dump.checksums
  }
}

/// What a restore drill came to.
public struct DrillRecord: Sendable, Codable, Equatable {
  /// The dump that was restored.
  public var backup: String
  /// Its length in bytes: with it a later, larger dump's restore can be estimated.
  public var bytes: Int64
  /// When the drill ended.
  public var at: Instant
  /// How long the restore took, the last second whole: by what is told, and by its growth, no restore is to be late.
  public var seconds: Int64
  /// Why it failed; nil: it succeeded.
  public var problem: String?
  /// The last transaction that was in it, where that could be asked: the recovery point that was reached.
  public var reached: Instant?

  init(of dump: Dump, at instant: Instant, seconds: Int64, problem: String?, reached: Instant? = nil) {
    backup = dump.name
    bytes = dump.bytes
    at = instant
    self.seconds = seconds
    self.problem = problem
    self.reached = reached
  }
}

extension Duration {
  /// In seconds, of which one that began counts.
  var secondsBegun: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
