import Calendar
import Reconciliation
import Specification

/// What a plan tells people.
extension BackupsPlanning {
  /// In which people read times here.
  var zone: Zone { context.environment.zone }

  var cell: String {
    guard let recoverableUntil else { return observed.newest.isEmpty ? "none" : "none sound" }
    return "\(recoverableUntil.distance(to: now).inOneUnit) ago"
  }

  var headline: String {
    guard let recoveryPoint else {
      return observed.newest.isEmpty ? "no backup at all" : "no backup that counts"
    }
    var line = "the newest sound backup is \(recoveryPoint.modified.distance(to: now).inOneUnit) old"
    line += ", \(ByteCount(bytes: recoveryPoint.bytes).words)"
    switch observed.record.verdict(on: recoveryPoint)?.result {
    case .sound?: line += ", tested"
    case .untested?: line += ", no test known"
    case .corrupt?, nil: line += ", not tested yet"
    }
    if let drill = observed.record.lastSuccess {
      line +=
        "; one was restored \(drill.at.distance(to: now).inOneUnit) ago in \(TimeSpan(duration: .seconds(drill.seconds)))"
    } else {
      line += "; none was ever restored"
    }
    if let proved = observed.record.archive?.provedAt, observed.repository != nil {
      line += "; WAL arrived \(proved.distance(to: now).inOneUnit) ago"
    }
    return line
  }

  var reasons: [Reason] {
    var reasons = [
      Reason(
        "rule", "every: \(spec.every.inDays), with \(TimeSpan(duration: grace)) of grace",
        at: resource.place(of: "every"))
    ]
    if let rpo = spec.rpo {
      reasons.append(Reason("rule", "rpo: \(rpo.inDays)", at: resource.place(of: "rpo")))
    }
    if let rto = spec.rto {
      reasons.append(Reason("rule", "rto: \(TimeSpan(duration: rto))", at: resource.place(of: "rto")))
    }
    if let drill = spec.drill {
      let due =
        drillDue.map { isDrillDue ? ", due since \(zone.words(for: $0))" : ", next \(zone.words(for: $0))" }
        ?? ""
      reasons.append(Reason("rule", "drill: \(drill)\(due)", at: resource.place(of: "drill")))
    }
    if let demand = context.requested("drill"), drillDue == demand.at {
      reasons.append(
        Reason("asked", "a drill, by \(demand.owner)\(demand.reason.isEmpty ? "" : ": \(demand.reason)")"))
    }
    let place = spec.pgbackrest.map { "the stanza \($0.stanza)" } ?? spec.folder ?? ""
    reasons.append(
      Reason(
        "observed", "\(observed.count) \(noun)s in \(place), \(ByteCount(bytes: observed.bytes).words)",
        at: resource.place(of: spec.pgbackrest == nil ? "in" : "with")))
    reasons += repositoryReasons
    if let newest = finished.first, let verdict = observed.record.verdict(on: newest) {
      let tests = verdict.tests.isEmpty ? "" : " by \(verdict.tests.joined(separator: ", "))"
      reasons.append(Reason("tested", "\(newest.name): \(verdict.result.rawValue)\(tests)"))
    }
    if !observed.unfinished.isEmpty {
      reasons.append(Reason("unfinished", observed.unfinished.joined(separator: ", ")))
    }
    return reasons
  }

  var waits: [Wait] {
    var waits = repositoryWaits
    if spec.pgbackrest == nil { waits += writingWaits }
    guard isDrillDue else { return waits }
    if !observed.restoreExists {
      let missing = spec.restore?.first ?? spec.pgbackrest?.scratch ?? ""
      waits.append(Wait("a drill is due, and \(missing) is not there", endedBy: "whoever installs it"))
    } else if drillable == nil, toTest == nil {
      waits.append(
        Wait("a drill is due, and there is no sound \(noun) to restore", endedBy: "the next sound \(noun)"))
    }
    return waits
  }

  private var writingWaits: [Wait] {
    var waits: [Wait] = []
    if let newest = observed.newest.first, newest.isHeld {
      waits.append(
        Wait("\(newest.name) is still being written", endedBy: "whatever writes it"))
    } else if let newest = observed.newest.first, newest.modified <= now, newest.modified + Self.pause > now {
      waits.append(
        Wait("\(newest.name) has just been written", endedBy: "time", until: newest.modified + Self.pause))
    }
    return waits
  }
}
