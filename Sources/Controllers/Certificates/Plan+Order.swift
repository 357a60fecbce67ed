import Calendar
import OpenSSL
import Reconciliation
import Specification

/// What is asked of the authority, and what it gave.
extension CertificatesPlanning {
  /// Whether what was issued last is better than what stands in the file, and not held back (rules 3, 6 and 8).
  func isToBeInstalled(_ staged: Certificate) -> Bool {
    isBetter(staged) && staged.notBefore <= now && !isHeldBack(staged)
  }

  func isHeldBack(_ staged: Certificate) -> Bool {
    record.rejected == staged.fingerprint && heldBackUntil != nil
  }

  private func isBetter(_ staged: Certificate) -> Bool {
    guard now < staged.notAfter, isForAll(staged), staged != installed else { return false }
    guard let installed, isForAll(installed), staged.notAfter <= installed.notAfter else { return true }
    // It was ordered to take this one's place, as when a person asked: then it need not last longer.
    return record.ordered?.instead == installed.fingerprint && now < due(staged)
  }

  /// Whether there is nothing to ask for, for what was issued last is to be used, now or when its time comes.
  private var isStagedToBeUsed: Bool {
    seen.staged.map { isBetter($0) && now < due($0) } ?? false
  }

  /// Why a new one is needed; nil: none is.
  var need: String? {
    if isStagedToBeUsed { return nil }
    if let demand {
      return "asked for by \(demand.owner)\(demand.reason.isEmpty ? "" : ": \(demand.reason)")"
    }
    guard let installed else {
      return seen.installed.status == .missing
        ? "there is none" : seen.installed.problem ?? "there is none that works"
    }
    if let host = spec.hosts.first(where: { !installed.covers($0) }) {
      return "the one in the file is not for \(host)"
    }
    return due(installed) <= now ? "due since \(zone.minuteWords(for: due(installed)))" : nil
  }

  /// When the same hosts may be asked for again (rule 7).
  var earliestOrder: Instant? {
    guard let ordered = record.ordered, ordered.hosts == spec.hosts.sorted(), demand == nil,
      ordered.at <= now + Self.skew
    else { return nil }
    return ordered.at + min(Self.apart, .seconds(ordered.lifeSeconds) / 3)
  }

  mutating func order() {
    guard spec.authority != nil, need != nil else { return }
    if seen.isOrdered {
      plan.waitingOn.append(
        Wait("an order is being carried out", endedBy: "lego, within minutes", at: resource.place(of: "from"))
      )
    } else if let until = heldBackUntil, let trouble = record.trouble {
      plan.waitingOn.append(
        Wait(
          "the authority is asked again later; \(trouble.times) \(trouble.times == 1 ? "attempt" : "attempts") failed",
          endedBy: "time, or: steward rotate \(resource.id)", until: until, at: resource.place(of: "from")))
    } else if let earliest = earliestOrder, now < earliest {
      plan.waitingOn.append(
        Wait(
          "the last one is of \(zone.minuteWords(for: record.ordered?.at ?? now)), and authorities count equal ones",
          endedBy: "time, or: steward rotate \(resource.id)", until: earliest, at: resource.place(of: "from"))
      )
    } else {
      plan.actions.append(CertificatesAction(step: .issue, of: spec.hosts.joined(separator: ", ")))
    }
  }
}
