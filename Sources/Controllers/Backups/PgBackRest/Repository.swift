public import Calendar
public import PgBackRest

/// What a look at pgBackRest's repositories found, beside the backups themselves.
public struct RepositoryObserved: Sendable, Codable, Equatable {
  /// How the stanza stands.
  public var status: StanzaInfo.Status
  /// What is wrong with single repositories: `repository 2: missing stanza path`.
  public var problems: [String]
  /// Whether a backup is being made, by whomever.
  public var isBusy: Bool
  /// When the newest backup that is sound was begun.
  public var lastBegan: Instant?
  /// When the newest full backup that is sound was begun.
  public var lastFull: Instant?
  /// The newest WAL segment in the archive.
  public var newestSegment: String?
  /// Whether a drill that was cut off left something behind.
  public var hasLeftover: Bool

  /// An observation with these parts.
  public init(
    status: StanzaInfo.Status = .ok, problems: [String] = [], isBusy: Bool = false, lastBegan: Instant? = nil,
    lastFull: Instant? = nil, newestSegment: String? = nil, hasLeftover: Bool = false
  ) {
    self.status = status
    self.problems = problems
    self.isBusy = isBusy
    self.lastBegan = lastBegan
    self.lastFull = lastFull
    self.newestSegment = newestSegment
    self.hasLeftover = hasLeftover
  }
}

/// What proving the archive came to: a WAL segment was finished by force and did or did not arrive.
public struct ArchiveRecord: Sendable, Codable, Equatable {
  /// When the last one was forced that arrived: all that was committed by then is in the archive.
  public var provedAt: Instant?
  /// Why the last attempt's did not; nil: it arrived.
  public var problem: String?
  /// Between which two segments some are missing; nil: none are.
  public var gap: String?
  /// The backup behind which that was looked for: a newer one needs nothing from before it.
  public var behind: String?

  /// What came of an attempt.
  public init(provedAt: Instant?, problem: String? = nil, gap: String? = nil, behind: String? = nil) {
    self.provedAt = provedAt
    self.problem = problem
    self.gap = gap
    self.behind = behind
  }
}

extension BackupsObserved {
  /// What a look finds after one more backup: as large as the one before it, there is no better guess.
  mutating func add(_ type: PgBackRest.BackupType, at now: Instant) {
    let dump = Dump(name: "\(now)", inode: 0, bytes: newest.first?.bytes ?? 0, modified: now)
    newest.insert(dump, at: 0)
    if newest.count > Self.newestMax { newest.removeLast() }
    count += 1
    bytes += dump.bytes
    oldest = oldest ?? now
    record.take(Verdict(of: dump, .sound, by: [], at: now))
    repository?.status = .ok
    repository?.lastBegan = now
    if type == .full { repository?.lastFull = now }
  }
}
