import Calendar
import OpenSSL
import Reconciliation
import Specification

/// What is not as it should be, and who must act.
extension CertificatesPlanning {
  mutating func notice() {
    plan.findings = [
      over, late, troubled, odd, unusable, exposed, otherHosts, shown, portDown, untold,
    ].compactMap(\.self)
  }

  /// From when on it is no longer a matter for office hours: half of the time in which it is to be renewed is over.
  func urgent(_ certificate: Certificate) -> Instant {
    let due = due(certificate)
    return due + due.distance(to: certificate.notAfter) / 2
  }

  private func finding(
    _ code: String, _ severity: Severity, _ message: String, mend: String, at key: String
  ) -> Finding {
    Finding(code, severity, message, mend: mend, at: resource.place(of: key))
  }

  private var over: Finding? {
    guard
      let certificate = [current, seen.port?.certificate].compactMap(\.self).first(where: {
        $0.notAfter <= now
      })
    else { return nil }
    return finding(
      "expired", .critical,
      "the certificate expired on \(zone.minuteWords(for: certificate.notAfter)): clients refuse it",
      mend: renewal, at: "hosts")
  }

  private var renewal: String {
    spec.authority == nil
      ? "have whoever issues it renew it, or write `from`, so that it is renewed here"
      : "see what it waits for: steward why \(resource.id)"
  }

  private var late: Finding? {
    guard let current, now < current.notAfter, due(current) <= now else { return nil }
    let isUrgent = urgent(current) <= now
    // Where it is renewed here, the trouble is told by itself, and to be due is no trouble yet.
    guard spec.authority == nil || isUrgent else { return nil }
    return finding(
      "expiring", isUrgent ? .critical : .warning,
      "the certificate expires on \(zone.minuteWords(for: current.notAfter)), in \(now.distance(to: current.notAfter).inOneUnit), and is not renewed",
      mend: renewal, at: "renew before")
  }

  private var troubled: Finding? {
    guard spec.authority != nil, let trouble = record.trouble else { return nil }
    let again =
      "; tried \(trouble.times == 1 ? "once" : "\(trouble.times) times"), again \(zone.minuteWords(for: trouble.until))"
    let now = "then, or at once: steward rotate \(resource.id)"
    switch trouble.kind {
    case .refused:
      return finding(
        "refused", .warning, "the authority gives no certificate: \(trouble.cause)\(again)",
        mend:
          "see that DNS and `challenge` lead here, or that the authority may issue for these hosts; \(now)",
        at: "from")
    case .limited:
      return finding(
        "rate-limited", .warning, "the authority takes no more orders for now: \(trouble.cause)\(again)",
        mend:
          "wait; nothing here hurries it. What else orders for these hosts or from this address counts too",
        at: "from")
    case .unreachable:
      return finding(
        "unreachable", .warning, "the authority cannot be asked: \(trouble.cause)\(again)",
        mend: "see whether `from` and the network are right, or wait for the authority; \(now)", at: "from")
    case .rejected:
      return finding(
        "rolled-back", .critical, "the new certificate was taken back: \(trouble.cause)\(again)",
        mend: "see why its user does not take it; \(now)", at: spec.serves == nil ? "reload" : "serves")
    }
  }

  /// The authority's clock and this one do not agree (rule 8).
  private var odd: Finding? {
    guard let certificate = seen.staged ?? current,
      let oddity = Self.oddity(of: certificate, spec, zone, cameAt: record.ordered?.at, at: now)
    else { return nil }
    return finding(
      "odd", .warning, "the certificate \(oddity)",
      mend: "set this machine's clock right, or ask whoever runs the authority", at: "from")
  }

  /// In what way a certificate is of another time; nil: it is of ours.
  /// - Parameter cameAt: when it was issued, as far as that is known.
  static func oddity(
    of certificate: Certificate, _ spec: CertificatesSpec, _ zone: Zone, cameAt: Instant?, at now: Instant
  ) -> String? {
    let begin = zone.minuteWords(for: certificate.notBefore)
    if certificate.notBefore > now + skew { return "is valid from \(begin), which is not yet" }
    guard let cameAt, cameAt >= certificate.notBefore - skew else { return nil }
    if certificate.notAfter <= cameAt {
      return "was over when it came, on \(zone.minuteWords(for: certificate.notAfter))"
    }
    return due(certificate, spec, zone) <= cameAt
      ? "is of \(begin), and was due to be renewed when it came" : nil
  }

  private var unusable: Finding? {
    switch seen.installed.status {
    case .foreign:
      return finding(
        "foreign", .critical, "\(seen.installed.problem ?? "the file is somebody else's"); it is left alone",
        mend: "move it away, or write another `file`", at: "file")
    case .unusable:
      return finding(
        "unusable", .critical, seen.installed.problem ?? "the file cannot be used",
        mend: "see that stewardd may read and replace it, and that no link is on the way", at: "file")
    case .unfit:
      return finding(
        "unfit", .critical, seen.installed.problem ?? "the file holds no certificate that works",
        mend: spec.authority == nil ? "put the right key beside it" : renewal,
        at: spec.key == nil ? "file" : "key")
    case .missing where spec.authority == nil:
      return finding("missing", .critical, "there is no certificate", mend: renewal, at: "file")
    case .missing, .none, .sound, .exposed: return nil
    }
  }

  private var exposed: Finding? {
    guard seen.installed.status == .exposed else { return nil }
    return finding(
      "exposed", .warning, "others may have read the private key: \(seen.installed.problem ?? "")",
      mend: spec.authority == nil
        ? "close it, and have a new one made" : "have a new one made: steward rotate \(resource.id)",
      at: spec.key == nil ? "file" : "key")
  }

  private var otherHosts: Finding? {
    guard seen.installed.status != .foreign, let current,
      let host = spec.hosts.first(where: { !current.covers($0) })
    else { return nil }
    return finding(
      "other-hosts", .warning,
      "the certificate is for \(current.hosts.joined(separator: ", ")), and not for \(host)",
      mend: renewal, at: "hosts")
  }

  /// The port shows another one than the file, and nothing that is done about it helps.
  private var shown: Finding? {
    guard let installed, let port = seen.port?.certificate, port != installed, plan.actions.isEmpty else {
      return nil
    }
    if let told = record.reloaded, told.fingerprint == installed.fingerprint, now < told.at + Self.patience {
      return nil
    }
    return finding(
      "shows-another", .warning,
      "\(spec.serves ?? "the port") shows a certificate that expires on \(zone.minuteWords(for: port.notAfter)), not the one in the file",
      mend: spec.reload == nil
        ? "have its user read the file, and write `reload`" : "see whether its user reads \(spec.file ?? "")",
      at: "serves")
  }

  private var portDown: Finding? {
    guard let port = seen.port, port.certificate == nil else { return nil }
    return finding(
      "port-unknown", .notice,
      "\(spec.serves ?? "the port") shows no certificate: \(port.problem ?? "not known")",
      mend: "see whether its server runs; what it shows is not known until it does", at: "serves")
  }

  private var untold: Finding? {
    guard let told = record.reloaded, let problem = told.problem, told.fingerprint == installed?.fingerprint
    else {
      return nil
    }
    return finding(
      "not-reloaded", .warning, "its user did not read the certificate again: \(problem)",
      mend: "mend it; it is told again \(zone.minuteWords(for: told.at + Self.tellAgain))", at: "reload")
  }
}
