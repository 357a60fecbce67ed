import Calendar
import PgBackRest
import Reconciliation

/// What only backups by pgBackRest have: rules 9 to 13.
extension BackupsPlanning {
  /// How often the archive is proved where no `rpo` is written, and at the least.
  static let checkEvery = Duration.seconds(3_600)
  /// How often at the most: each time costs a segment, and an action repeated within a minute is held back.
  static let checkEveryMin = Duration.seconds(90)

  var repositoryActions: [BackupsAction] {
    guard let repository = observed.repository else { return [] }
    var actions: [BackupsAction] = []
    if repository.hasLeftover, !isOccupied { actions.append(BackupsAction(kind: .sweep)) }
    guard isUsable else { return actions }
    if isBackupDue, !repository.isBusy { actions.append(BackupsAction(kind: .backup, type: type)) }
    if let checkDue, checkDue <= now { actions.append(BackupsAction(kind: .check)) }
    return actions
  }

  /// Whether anything can be done with the stanza as it stands.
  private var isUsable: Bool {
    switch observed.repository?.status {
    case .ok?, .noBackup?, .mixed?: true
    case .noStanza?, .noData?, .mismatch?, .noSuchBackup?, .other?, nil: false
    }
  }

  /// Whether a backup or a drill is under way, which takes its time and lets nothing else be measured.
  var isOccupied: Bool {
    observed.repository?.isBusy == true || ["backup", "drill"].contains(context.memory.intent?.verb)
  }

  // MARK: Backups

  /// What is missing of the WAL behind the newest sound backup.
  var gap: String? {
    let archive = observed.record.archive
    return archive?.behind == recoveryPoint?.name ? archive?.gap : nil
  }

  /// When the next one is due; nil: at once.
  private var backupDue: Instant? {
    guard let began = observed.repository?.lastBegan, gap == nil else { return nil }
    return spec.every.added(to: began, in: zone)
  }

  private var isBackupDue: Bool {
    guard let window = spec.pgbackrest?.window, window.isOpen(at: now, in: zone) else { return false }
    guard let backupDue, backupDue > now else { return true }
    // It would be due while the window is closed: rather now than late.
    guard let halfway, halfway <= now, let closes = window.nextChange(after: now, in: zone),
      closes <= backupDue,
      let opens = window.nextChange(after: closes, in: zone)
    else { return false }
    return backupDue < opens
  }

  private var halfway: Instant? {
    observed.repository?.lastBegan.map { $0 + spec.every.nominalDuration / 2 }
  }

  private var type: PgBackRest.BackupType {
    guard let fullEvery = spec.pgbackrest?.fullEvery, let lastFull = observed.repository?.lastFull else {
      return .full
    }
    return fullEvery.added(to: lastFull, in: zone) <= now ? .full : .differential
  }

  // MARK: The archive

  /// When a segment is to be forced again.
  private var checkDue: Instant? {
    guard let proved = observed.record.archive?.provedAt else { return now }
    if let demand = context.requested("verify"), demand.at > proved { return demand.at }
    let half = spec.rpo.map { $0.nominalDuration / 2 } ?? Self.checkEvery
    return proved + min(max(half, Self.checkEveryMin), Self.checkEvery)
  }

  var repositoryTurningPoints: [Instant] {
    guard let pgbackrest = spec.pgbackrest, let repository = observed.repository else { return [] }
    let full = pgbackrest.fullEvery.flatMap { every in
      repository.lastFull.map { every.added(to: $0, in: zone) }
    }
    return [
      backupDue, halfway, full, checkDue, pgbackrest.window.nextChange(after: now, in: zone),
    ].compactMap(\.self)
  }

  // MARK: What is told

  var repositoryFindings: [Finding] {
    [stanza, partly, archiveStopped, archiveGap].compactMap(\.self)
  }

  private var stanza: Finding? {
    guard let pgbackrest = spec.pgbackrest, let repository = observed.repository, !isUsable else {
      return nil
    }
    let command = "pgbackrest --stanza=\(pgbackrest.stanza)"
    let what = repository.problems.joined(separator: "; ")
    let isUpgraded = repository.status == .mismatch
    return Finding(
      isUpgraded ? "mismatch" : "no-stanza", .critical,
      "no backup of the stanza \(pgbackrest.stanza) can be made: \(what)",
      mend: "whoever runs the database: \(command) \(isUpgraded ? "stanza-upgrade" : "stanza-create")",
      at: resource.place(of: "stanza"))
  }

  private var partly: Finding? {
    guard let repository = observed.repository, repository.status == .mixed else { return nil }
    return Finding(
      "repositories", .warning,
      "the repositories stand differently: \(repository.problems.joined(separator: "; "))",
      mend: "whoever runs the database: see pgbackrest info, and make it good there",
      at: resource.place(of: "with"))
  }

  private var archiveStopped: Finding? {
    guard let archive = observed.record.archive, let problem = archive.problem else { return nil }
    let since = archive.provedAt.map { "since \(zone.words(for: $0))" } ?? "yet"
    return Finding(
      "archive", .critical, "no WAL is known to have arrived in the archive \(since): \(problem)",
      mend: "see that the server runs and its `archive_command` succeeds; tried again by itself",
      at: resource.place(of: "rpo"))
  }

  private var archiveGap: Finding? {
    guard let gap else { return nil }
    return Finding(
      "archive-gap", .critical, "the archive is not whole behind the newest sound backup: \(gap)",
      mend: "none: a new backup is made, from which on it is whole again; see who removes WAL",
      at: resource.place(of: "with"))
  }

  var repositoryReasons: [Reason] {
    guard let pgbackrest = spec.pgbackrest, let repository = observed.repository else { return [] }
    var reasons: [Reason] = []
    if let fullEvery = pgbackrest.fullEvery {
      reasons.append(Reason("rule", "full every: \(fullEvery.inDays)", at: resource.place(of: "full every")))
    }
    if pgbackrest.window != .always {
      reasons.append(Reason("rule", "window: \(pgbackrest.window)", at: resource.place(of: "window")))
    }
    if let segment = repository.newestSegment {
      reasons.append(Reason("observed", "WAL up to the segment \(segment)"))
    }
    if let backupDue { reasons.append(Reason("due", "the next backup \(zone.words(for: backupDue))")) }
    return reasons
  }

  var repositoryWaits: [Wait] {
    guard let pgbackrest = spec.pgbackrest, let repository = observed.repository, isUsable else { return [] }
    if repository.isBusy { return [Wait("a backup is being made", endedBy: "pgbackrest, when it is done")] }
    guard backupDue.map({ $0 <= now }) ?? true, !pgbackrest.window.isOpen(at: now, in: zone) else {
      return []
    }
    return [
      Wait(
        "a backup is due, and the window is closed", endedBy: "time",
        until: pgbackrest.window.nextChange(after: now, in: zone), at: resource.place(of: "window"))
    ]
  }
}
