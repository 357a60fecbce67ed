import Calendar
import OpenSSL
import Reconciliation
import Specification

/// What a plan tells people.
extension CertificatesPlanning {
  mutating func describe() {
    plan.state = state
    plan.cell = cell
    plan.headline = headline
    plan.reasons = reasons
  }

  private var state: ResourceState {
    if plan.findings.contains(where: { $0.severity >= .warning }) { return .degraded }
    if !plan.actions.isEmpty { return .changing }
    return plan.waitingOn.isEmpty ? .ready : .waiting
  }

  private var cell: String {
    guard let current else { return seen.installed.status == .unusable ? "unusable" : "none" }
    return now < current.notAfter ? "\(now.distance(to: current.notAfter).inOneUnit) left" : "expired"
  }

  private var headline: String {
    guard let current else {
      return spec.file == nil ? "its port shows none" : seen.installed.problem ?? "there is none yet"
    }
    let end = zone.minuteWords(for: current.notAfter)
    guard now < current.notAfter else { return "expired since \(end)" }
    let due = due(current)
    let left = "valid until \(end), \(now.distance(to: current.notAfter).inOneUnit)"
    if spec.authority == nil { return "\(left); not renewed here" }
    return due > now
      ? "\(left); renewed on \(zone.minuteWords(for: due))"
      : "\(left); due since \(zone.minuteWords(for: due))"
  }

  private var reasons: [Reason] {
    var reasons = [Reason("rule", rule, at: resource.place(of: "renew before"))]
    if let authority = spec.authority {
      reasons.append(Reason("rule", "from: \(authority.directory)", at: resource.place(of: "from")))
    }
    if let need, spec.authority != nil { reasons.append(Reason("needed", need)) }
    if let path = spec.file {
      let what = seen.installed.certificate.map { words(of: $0) } ?? seen.installed.problem ?? "nothing"
      reasons.append(Reason("file", "\(path): \(what)", at: resource.place(of: "file")))
    }
    if let port = seen.port, let address = spec.serves {
      let what = port.certificate.map { $0 == installed ? "the one in the file" : words(of: $0) }
      reasons.append(
        Reason(
          "port", "\(address): \(what ?? "not known, \(port.problem ?? "")")",
          at: resource.place(of: "serves")))
    }
    if let staged = seen.staged, staged != installed { reasons.append(Reason("issued", words(of: staged))) }
    if let former = seen.former { reasons.append(Reason("former", words(of: former))) }
    return reasons
  }

  private var rule: String {
    let written = "renew before: \(spec.renewBefore.inDays)"
    guard let current, spec.renewBefore.nominalDuration > current.life / 3 else { return written }
    return "\(written), at most a third of its \(current.life.inOneUnit): \((current.life / 3).inOneUnit)"
  }

  private func words(of certificate: Certificate) -> String {
    "\(certificate.fingerprint.prefix(CertificatesAction.shown)) for \(certificate.hosts.joined(separator: ", ")), "
      + "\(zone.minuteWords(for: certificate.notBefore)) to \(zone.minuteWords(for: certificate.notAfter))"
  }
}
