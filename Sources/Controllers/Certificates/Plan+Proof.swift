import Calendar
import OpenSSL
import Reconciliation
import Specification

/// Whether what stands in the file is what its user shows.
extension CertificatesPlanning {
  /// A new one is in the file, and not proved yet (rules 5 and 6).
  mutating func prove(_ staged: Certificate) {
    let told = record.reloaded.flatMap { $0.fingerprint == staged.fingerprint ? $0 : nil }
    if record.rejected == staged.fingerprint { return takeBack(staged) }
    if let port = seen.port?.certificate, port == staged { return append(.finish, staged) }
    if told?.problem != nil { return takeBack(staged) }
    if spec.reload != nil, told == nil { return append(.reload, staged) }
    guard spec.serves != nil else { return append(.finish, staged) }
    guard seen.port?.certificate != nil else {
      return plan.waitingOn.append(
        Wait(
          "the new certificate is not proved: \(spec.serves ?? "the port"): \(seen.port?.problem ?? "not known")",
          endedBy: "whoever starts what listens there", at: resource.place(of: "serves")))
    }
    guard let told else {
      return plan.waitingOn.append(
        Wait(
          "\(spec.serves ?? "the port") shows another certificate, and no `reload` is written",
          endedBy: "whoever has its user read it", at: resource.place(of: "serves")))
    }
    if now >= told.at + Self.patience { return takeBack(staged) }
    plan.waitingOn.append(
      Wait(
        "its user was told of the new certificate", endedBy: "\(spec.serves ?? "the port"), when it shows it",
        until: told.at + Self.patience, at: resource.place(of: "serves")))
  }

  /// Back to the one before, where there is one that still works; else its user is told again after a while.
  private mutating func takeBack(_ staged: Certificate) {
    if let former = seen.former, former != staged, now < former.notAfter { return append(.rollback, staged) }
    guard spec.reload != nil, let told = record.reloaded else { return }
    if now >= told.at + Self.tellAgain || told.fingerprint != staged.fingerprint {
      append(.reload, staged)
    } else {
      plan.waitingOn.append(
        Wait(
          "its user does not take the new certificate, and there is none to go back to",
          endedBy: "whoever mends it, or time", until: told.at + Self.tellAgain,
          at: resource.place(of: "reload")))
    }
  }

  /// Nothing new: a former one that was left over goes, and a user that shows another one is told, once in a while.
  mutating func rest() {
    guard let installed else { return }
    if seen.former != nil, record.proved == installed.fingerprint { append(.finish, installed) }
    guard spec.reload != nil, isShownOtherwise(installed), !isTold(installed) else { return }
    append(.reload, installed)
  }

  private func isShownOtherwise(_ installed: Certificate) -> Bool {
    if let port = seen.port?.certificate { return port != installed }
    // Nobody can see it: then what was told last counts, where anything was.
    return record.reloaded.map { $0.fingerprint != installed.fingerprint } ?? false
  }

  private func isTold(_ installed: Certificate) -> Bool {
    guard let told = record.reloaded, told.fingerprint == installed.fingerprint else { return false }
    return now < told.at + Self.tellAgain && told.at <= now + Self.skew
  }
}
