import Calendar
import Reconciliation
import Specification

/// What a plan tells people.
extension LogsPlanning {
  var cell: String {
    spec.atMost.map { ByteCount(bytes: observed.logs.bytes).words(of: ByteCount(bytes: $0.bytes)) }
      ?? ByteCount(bytes: observed.logs.bytes).words
  }

  var headline: String {
    guard let oldest = observed.logs.oldest else { return "no logs" }
    var line = "\(Figures.count(observed.logs.files, "file")), "
    line +=
      spec.atMost.map { ByteCount(bytes: observed.logs.bytes).words(of: ByteCount(bytes: $0.bytes)) }
      ?? ByteCount(bytes: observed.logs.bytes).words
    line += ", the oldest \(oldest.distance(to: now).inOneUnit) old"
    if sorted.shortfall > 0 {
      return line + "; \(ByteCount(bytes: sorted.shortfall).words) too much that may not go"
    }
    return line
  }

  var reasons: [Reason] {
    var reasons: [Reason] = []
    if let keep = spec.keep {
      reasons.append(Reason("rule", "keep: \(keep.inDays)", at: resource.place(of: "keep")))
    }
    if let cap = spec.atMost {
      reasons.append(Reason("rule", "at most: \(cap)", at: resource.place(of: "at most")))
    }
    if let archive = spec.archive {
      reasons.append(
        Reason(
          "rule", "archive: to \(archive.to) after \(archive.after.inDays)", at: resource.place(of: "archive")
        ))
    }
    if let schedule = spec.purgeAt {
      let zone = context.environment.zone
      let next = schedule.next(after: now, in: zone).map { ", next \(zone.words(for: $0))" } ?? ""
      reasons.append(Reason("rule", "purge at: \(schedule)\(next)", at: resource.place(of: "purge at")))
    }
    if reasons.isEmpty {
      reasons.append(Reason("rule", "no age and no size is written: all is kept", at: resource.place))
    }
    reasons.append(Reason("observed", "\(spec.path), files \(spec.match)", at: resource.place(of: "path")))
    if let archive = observed.archive {
      reasons.append(
        Reason(
          "observed",
          "archive: \(Figures.count(archive.files, "file")), \(ByteCount(bytes: archive.bytes).words)"))
    }
    if let madeUp = madeUpFor { reasons.append(madeUp) }
    return reasons
  }

  /// A fire that is longer ago than this was missed, not merely worked off in several actions.
  private static let lateAfter = Duration.seconds(900)

  /// Says that a fire of `purge at` is made up for.
  private var madeUpFor: Reason? {
    let reached = sorted.expired.first.flatMap(expiry) ?? sorted.archivable.first.flatMap(archiving)
    guard let schedule = spec.purgeAt, let reached,
      let missed = schedule.next(after: reached - .microseconds(1), in: context.environment.zone),
      missed + Self.lateAfter < now
    else { return nil }
    return Reason(
      "late", "fired at \(context.environment.zone.words(for: missed)), made up for now, once",
      at: resource.place(of: "purge at"))
  }

  var waits: [Wait] {
    var waits: [Wait] = []
    if let first = sorted.held.first {
      let holders = Set(sorted.held.compactMap(\.heldBy)).sorted().prefix(3).joined(separator: ", ")
      waits.append(
        Wait(
          "\(Figures.count(sorted.held.count, "file")) past their age, \(first.path) first, kept open by \(holders)",
          endedBy: "\(holders) closing them: rotate by rename, then tell it to reopen"))
    }
    if let first = sorted.doubtful.first {
      waits.append(
        Wait(
          "\(Figures.count(sorted.doubtful.count, "file")) past their age changed within ten minutes, \(first.path) "
            + "first, and not every process can be looked at",
          endedBy: "time", until: AgeGate.minute(first.modified + Self.settling)))
    }
    return waits
  }

  var findings: [Finding] {
    [overCap, diskFull, archiveMissing, severalNames, notSeen, blind].compactMap(\.self)
  }

  private var overCap: Finding? {
    guard let cap = spec.atMost, sorted.shortfall > 0 else { return nil }
    let held = observed.logs.candidates.filter { $0.heldBy != nil }
    var message =
      "\(ByteCount(bytes: observed.logs.bytes).words(of: ByteCount(bytes: cap.bytes))), and what may go is not enough"
    if let largest = held.max(by: { $0.bytes < $1.bytes }), let holder = largest.heldBy {
      message += "; \(largest.path), \(ByteCount(bytes: largest.bytes).words), is kept open by \(holder)"
    }
    let mend =
      spec.archive != nil && !canArchive
      ? "mend the archive, or raise `at most`"
      : "rotate by rename and tell the writer to reopen, log less, or raise `at most`"
    return Finding(
      "over-cap", sorted.shortfall > cap.bytes ? .critical : .warning, message, mend: mend,
      at: resource.place(of: "at most"))
  }

  /// Below this much free space, in percent, programs will soon fail to write; at half of it, any moment.
  private static let nearlyFullPercent = 10

  private var diskFull: Finding? {
    guard observed.freePercent < Self.nearlyFullPercent else { return nil }
    return Finding(
      "disk-nearly-full", observed.freePercent < Self.nearlyFullPercent / 2 ? .critical : .warning,
      "\(observed.freePercent) % of the file system of \(spec.path) is free",
      mend: "lower `at most` or `keep`, or give it a larger disk", at: resource.place(of: "path"))
  }

  private var archiveMissing: Finding? {
    guard let archive = spec.archive, let problem = observed.archiveProblem else { return nil }
    return Finding(
      "no-archive", .warning, "nothing is archived: \(problem)",
      mend: archive.store.map { "see: rclone --config \($0.configuration) lsf \($0.path)" }
        ?? "mount or make \(archive.to), for stewardd's user to write", at: resource.place(of: "archive"))
  }

  private var severalNames: Finding? {
    guard observed.logs.severalNames > 0 else { return nil }
    return Finding(
      "several-names", .notice,
      "\(Figures.count(observed.logs.severalNames, "file")) with more than one name (hard links); they are never removed",
      mend: "find the other names with `find / -xdev -samefile`, and remove those that are not needed",
      at: resource.place(of: "path"))
  }

  private var notSeen: Finding? {
    let problems = observed.logs.problems + (observed.archive?.problems ?? [])
    guard !problems.isEmpty else { return nil }
    return Finding(
      "not-seen", .warning,
      "not everything below \(spec.path) was looked at: " + problems.joined(separator: "; "),
      mend: "let stewardd's user read it, or write what is another mount as a folder of its own",
      at: resource.place(of: "path"))
  }

  private var blind: Finding? {
    guard let reason = observed.blindSpot else { return nil }
    return Finding(
      "blind-spot", .notice,
      "who writes these files is not known of every process: \(reason); what changed within ten minutes counts as open",
      mend: "run stewardd as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH",
      at: resource.place(of: "path"))
  }
}
