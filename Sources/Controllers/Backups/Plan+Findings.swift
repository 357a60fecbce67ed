import Calendar
import Reconciliation
import Specification

/// What is not as it should be.
extension BackupsPlanning {
  var findings: [Finding] {
    let all = [
      none, stale, rpo, corrupt, untested, shrunk, future, drillFailed, drillOverdue, restoreMissing, rto,
    ]
    return all.compactMap(\.self) + repositoryFindings
  }

  private var none: Finding? {
    guard observed.newest.isEmpty else { return nil }
    if let pgbackrest = spec.pgbackrest {
      return Finding(
        "none", .critical, "the stanza \(pgbackrest.stanza) has no backup",
        mend: "see why none could be made: steward why \(resource.id)",
        at: resource.place)
    }
    return Finding(
      "none", .critical, "there is no dump in \(spec.folder ?? "") that matches \(spec.match)",
      mend: "see that whatever makes the dumps runs, and that `in` and `match` are right", at: resource.place)
  }

  private var stale: Finding? {
    guard let recoveryPoint, let staleAt, staleAt <= now else { return nil }
    return Finding(
      "stale", .warning,
      "the newest sound \(noun), \(recoveryPoint.name), is of \(zone.words(for: recoveryPoint.modified)); one is due every \(spec.every.inDays)",
      mend: spec.pgbackrest == nil
        ? "see why whatever makes the dumps does not" : "see why none was made: steward why \(resource.id)",
      at: resource.place(of: "every"))
  }

  private var rpo: Finding? {
    guard let recoverableUntil, let rpoExceededAt, rpoExceededAt <= now, let rpo = spec.rpo, !isOccupied
    else {
      return nil
    }
    return Finding(
      "rpo", .critical,
      "all since \(zone.words(for: recoverableUntil)) would be lost; `rpo` permits \(rpo)",
      mend: spec.pgbackrest == nil
        ? "make dumps more often, or archive continuously"
        : "see that `archive_command` succeeds: pgbackrest check",
      at: resource.place(of: "rpo"))
  }

  private var corrupt: Finding? {
    let bad = observed.newest.compactMap { observed.record.verdict(on: $0) }.filter { $0.result == .corrupt }
    guard let first = bad.first else { return nil }
    let isNewest = finished.first.map(first.isOf) ?? false
    var message = "\(first.name) is corrupt: \(first.problem ?? "a test failed")"
    if bad.count > 1 { message += "; so are \(bad.count - 1) of the \(noun)s before it" }
    if recoveryPoint == nil { message += "; no sound \(noun) is known" }
    return Finding(
      "corrupt", isNewest || recoveryPoint == nil ? .critical : .warning, message,
      mend: "make a new \(noun) now, and look at the disk and the tool that wrote this one",
      at: resource.place(of: spec.pgbackrest == nil ? "in" : "with"))
  }

  private var untested: Finding? {
    guard let newest = finished.first, let verdict = observed.record.verdict(on: newest),
      verdict.result == .untested
    else { return nil }
    return Finding(
      "untested", .notice,
      "\(newest.name) could not be tested: \(verdict.problem ?? "no test is known for it")",
      mend: "put a \(newest.name).sha256 beside it, install the tool, or rely on drills",
      at: resource.place(of: "in"))
  }

  private var shrunk: Finding? {
    guard let newest = finished.first, let median, newest.bytes < leastBytes(median) else { return nil }
    return Finding(
      "shrunk", .warning,
      "\(newest.name) has \(ByteCount(bytes: newest.bytes).words), the \(noun)s before it \(ByteCount(bytes: median).words); "
        + "`shrink at most` is \(spec.shrinkAtMost)",
      mend:
        "see whether something is missing in it; if it is right, the finding goes as small \(noun)s follow",
      at: resource.place(of: "shrink at most"))
  }

  private func leastBytes(_ median: Int64) -> Int64 {
    Int64((Double(median) * (1 - spec.shrinkAtMost.fraction)).rounded(.up))
  }

  /// The median length of the dumps before the newest, without corrupt ones.
  private var median: Int64? {
    let before = finished.dropFirst().filter { observed.record.verdict(on: $0)?.result != .corrupt }
    let sizes = before.map(\.bytes).sorted()
    return sizes.isEmpty ? nil : sizes[sizes.count / 2]
  }

  private var future: Finding? {
    guard let dump = observed.newest.first, dump.modified - Self.skew > now else { return nil }
    return Finding(
      "future", .warning,
      "\(dump.name) is of \(zone.words(for: dump.modified)), which is not yet; it does not count until then",
      mend: "set the clocks right, of this machine and of the one that makes the dumps",
      at: resource.place(of: "in"))
  }

  private var drillFailed: Finding? {
    guard let failure = observed.record.lastFailure,
      observed.record.lastSuccess.map({ $0.at < failure.at }) ?? true
    else { return nil }
    return Finding(
      "drill-failed", .critical,
      "the restore of \(failure.backup) failed on \(zone.words(for: failure.at)): \(failure.problem ?? "no reason given")",
      mend: "run the restore by hand, mend it, then: steward reconcile \(resource.id)",
      at: resource.place(of: spec.pgbackrest == nil ? "restore" : "drill"))
  }

  private var drillOverdue: Finding? {
    guard let drillDue, drillDue + Self.drillGrace <= now else { return nil }
    return Finding(
      "drill-overdue", .warning, "a restore was to be proved on \(zone.words(for: drillDue)) and was not",
      mend: "see what it waits for: steward why \(resource.id)", at: resource.place(of: "drill"))
  }

  private var restoreMissing: Finding? {
    if let scratch = spec.pgbackrest?.scratch, !observed.restoreExists {
      return Finding(
        "no-scratch", .warning, "the folder \(scratch) is not there, so nothing can be restored into it",
        mend: "make it, for the user that pgBackRest runs as", at: resource.place(of: "scratch"))
    }
    guard let program = spec.restore?.first, !observed.restoreExists else { return nil }
    return Finding(
      "no-restore", .warning, "\(program) is not there, so nothing can be restored by it",
      mend: "install it, or write the right path", at: resource.place(of: "restore"))
  }

  /// The last drill took too long; or the newest dump is so much larger than the one that was restored that its
  /// restore would, by the rule of three.
  private var rto: Finding? {
    guard let rto = spec.rto, let drill = observed.record.lastSuccess else { return nil }
    let place = resource.place(of: "rto")
    let limit = rto.components.seconds
    if drill.seconds > limit {
      return Finding(
        "rto", .critical,
        "the restore of \(drill.backup) took \(TimeSpan(duration: .seconds(drill.seconds))); `rto` permits "
          + "\(TimeSpan(duration: rto))",
        mend: "restore faster, in parallel or from nearer, or agree on another `rto`", at: place)
    }
    guard let growth, let newest = finished.first else { return nil }
    let mend = "prove it by a drill: steward backup drill \(resource.id)"
    if newest.bytes > drill.bytes, growth.seconds > limit {
      return Finding(
        "rto-soon", .warning,
        "a restore of \(newest.name) would take about \(TimeSpan(duration: .seconds(growth.seconds))), by the growth since the last "
          + "drill; `rto` permits \(TimeSpan(duration: rto))", mend: mend, at: place)
    }
    guard let noticed = growth.noticedAt(rto), noticed <= now, let crossed = growth.crosses(rto) else {
      return nil
    }
    return Finding(
      "rto-soon", .warning,
      "a restore takes longer than the `rto` of \(TimeSpan(duration: rto)) from about \(zone.words(for: crossed)) on, as the "
        + "\(noun)s grow; one of \(newest.name) would take \(TimeSpan(duration: .seconds(growth.seconds)))",
      mend: "restore faster, in parallel or from nearer, before then, or agree on another `rto`", at: place)
  }

  /// What is restored from, as people call it.
  var noun: String { spec.pgbackrest == nil ? "dump" : "backup" }
}
