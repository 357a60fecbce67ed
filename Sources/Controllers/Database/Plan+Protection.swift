import Reconciliation

extension DatabasePlanning {
  private var holdsRealData: Bool { context.environment.data == .real }

  /// Rule 4.
  mutating func noticeProtection() {
    let isEncrypted = spec.encryption == .inTransit || spec.encryption == .everywhere
    if isEncrypted || holdsRealData {
      let key = isEncrypted ? "encrypted" : "kind"
      let why =
        isEncrypted ? "`encrypted: \(spec.encryption?.rawValue ?? "")` is written" : "its data are real"
      if !seen.hasTLS {
        note(
          "no-tls", .critical, "it takes no encrypted connections (ssl is off), and \(why)",
          mend: "give it a certificate (ssl_cert_file, ssl_key_file), and turn ssl on", at: key)
      } else if seen.openSessions > 0 {
        note(
          "open-sessions", .warning,
          "\(seen.openSessions) sessions over the network are not encrypted, and \(why)",
          mend: "write hostssl for host in pg_hba.conf, and restart those clients", at: key)
      }
    }
    if spec.encryption == .atRest || spec.encryption == .everywhere {
      plan.reasons.append(
        Reason(
          "observed", "at rest it is the disk that encrypts, which the server cannot tell",
          at: resource.place(of: "encrypted")))
    }
    guard spec.audit != nil || holdsRealData else { return }
    let why = spec.audit == nil ? "its data are real" : "`audit` is written"
    if !seen.hasAudit {
      note(
        "no-audit", .critical, "pgaudit is not loaded, and \(why)",
        mend:
          "install postgresql-NN-pgaudit, add pgaudit to shared_preload_libraries, and restart the server",
        at: spec.audit == nil ? "kind" : "audit")
    } else if seen.audited.isEmpty {
      note(
        "audits-nothing", .critical, "pgaudit is loaded and writes nothing, and \(why)",
        mend: "ALTER SYSTEM SET pgaudit.log TO 'write, ddl, role', and reload the server",
        at: spec.audit == nil ? "kind" : "audit")
    }
  }
}
