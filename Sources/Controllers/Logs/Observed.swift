public import Calendar

/// What a look at a folder of logs found: figures, and of the files themselves only the oldest, so that a folder of
/// a hundred thousand costs no more to hold than one of two thousand.
public struct LogsObserved: Sendable, Codable, Equatable {
  /// The folder itself.
  public var logs: Shelf
  /// What was archived from it; nil where no archive is written or it cannot be looked at.
  public var archive: Shelf?
  /// Why the archive cannot be looked at.
  public var archiveProblem: String?
  /// Why it is not known of every file who writes it; nil where it is.
  public var blindSpot: String?
  /// How much of the folder's file system is free, in whole percent: coarse, so that it is equal from look to look.
  public var freePercent: Int

  /// An observation with these parts.
  public init(
    logs: Shelf, archive: Shelf? = nil, archiveProblem: String? = nil, blindSpot: String? = nil,
    freePercent: Int = 100
  ) {
    self.logs = logs
    self.archive = archive
    self.archiveProblem = archiveProblem
    self.blindSpot = blindSpot
    self.freePercent = freePercent
  }
}

/// The matched files of one folder.
public struct Shelf: Sendable, Codable, Equatable {
  /// How many regular files match.
  public var files: Int
  /// What they occupy on the disk, in bytes.
  public var bytes: Int64
  /// The last change of the one that has not changed for the longest.
  public var oldest: Instant?
  /// The last change of the one that changed last.
  public var newest: Instant?
  /// The oldest of those that may go at all, oldest first, at most ``oldestMax``.
  public var candidates: [ObservedFile]
  /// How many have more than one name: deleting one name would free nothing.
  public var severalNames: Int
  /// What was not looked at and why: other mounts, folders that cannot be entered. At most ``problemsMax``.
  public var problems: [String]

  /// How many of the oldest files are kept: several actions' worth, so that each look feeds more than one.
  public static let oldestMax = 2_000
  /// How many problems are kept: a person mends the first few and looks again.
  public static let problemsMax = 5

  /// A shelf with these files.
  public init(
    files: Int = 0, bytes: Int64 = 0, oldest: Instant? = nil, newest: Instant? = nil,
    candidates: [ObservedFile] = [], severalNames: Int = 0, problems: [String] = []
  ) {
    self.files = files
    self.bytes = bytes
    self.oldest = oldest
    self.newest = newest
    self.candidates = candidates
    self.severalNames = severalNames
    self.problems = problems
  }
}

/// One file as a look found it: enough to know it again right before it is removed.
public struct ObservedFile: Sendable, Codable, Hashable {
  /// Its name below the folder, for people.
  public var path: String
  /// Which file it is, on the folder's device.
  public var inode: UInt64
  /// Its length in bytes.
  public var size: Int64
  /// What it occupies on the disk: what removing it frees.
  public var bytes: Int64
  /// When its content last changed.
  public var modified: Instant
  /// The processes that have it open for writing: `nginx (812)`. Nil: none was seen.
  public var heldBy: String?

  /// A file with these marks.
  public init(
    path: String, inode: UInt64, size: Int64, bytes: Int64, modified: Instant, heldBy: String? = nil
  ) {
    self.path = path
    self.inode = inode
    self.size = size
    self.bytes = bytes
    self.modified = modified
    self.heldBy = heldBy
  }
}

extension LogsObserved {
  /// What a look finds after `action` took place.
  func after(_ action: LogsAction) -> LogsObserved {
    var next = self
    switch action.from {
    case .logs: next.logs.remove(action)
    case .archive: next.archive?.remove(action)
    }
    guard action.kind == .archive else { return next }
    // How well they compress is not known before; a quarter is what text does at worst.
    next.archive?.files += action.files.count
    next.archive?.bytes += action.files.reduce(0) { $0 + $1.bytes / 4 }
    // The copies bear the time of their originals, and go when that is old enough.
    next.archive?.candidates += action.files.map(\.archived)
    next.archive?.candidates.sort { ($0.modified, $0.path) < ($1.modified, $1.path) }
    if let oldest = action.files.map(\.modified).min() {
      let before = next.archive?.oldest ?? oldest
      next.archive?.oldest = min(before, oldest)
    }
    return next
  }
}

extension ObservedFile {
  /// The copy in the archive, as far as it can be told before. No real file has its inode, so that nothing could ever be
  /// done to it.
  fileprivate var archived: ObservedFile {
    ObservedFile(path: path, inode: .max - inode, size: size / 4, bytes: bytes / 4, modified: modified)
  }
}

extension Shelf {
  /// Takes away what `action` removes; of files that a look did not hand on, no more is known than that they are there.
  mutating func remove(_ action: LogsAction) {
    let gone =
      action.upTo.map { upTo in candidates.filter { $0.modified <= upTo && $0.heldBy == nil } }
      ?? action.files
    let inodes = Set(gone.map(\.inode))
    files = max(0, files - gone.count)
    bytes = max(0, bytes - gone.reduce(0) { $0 + $1.bytes })
    candidates.removeAll { inodes.contains($0.inode) }
    oldest = candidates.first?.modified ?? (files == 0 ? nil : newest)
    if files == 0 { newest = nil }
  }
}
