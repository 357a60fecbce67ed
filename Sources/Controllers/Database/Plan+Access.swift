import PostgreSQL
import Reconciliation

extension DatabasePlanning {
  /// Rule 6.
  mutating func noticeAccess() {
    guard let access = seen.access else { return }
    for (name, written) in spec.access.sorted(by: { $0.key < $1.key }) {
      notice(name, written, access.roles.first { $0.name == name })
    }
    for name in access.superusers {
      note(
        "superuser-\(name)", .warning,
        "\(name) may log in and do everything, as a superuser, and no role of `access` with full access is theirs",
        mend: "ALTER ROLE \(PostgreSQLSession.identifier(name)) NOSUPERUSER, or write whose it is",
        at: "access")
    }
    guard let rules = access.rules else {
      plan.reasons.append(
        Reason(
          "observed",
          "who may come from where cannot be seen: the role \(spec.address?.admin ?? "") may not read pg_hba_file_rules",
          at: resource.place(of: "access")))
      return
    }
    for rule in rules where rule.trusts {
      note(
        "trust-\(rule.line)", rule.isRemote ? .critical : .warning,
        "pg_hba.conf lets people in without a password, in line \(rule.line): \(rule.text)",
        mend: "write scram-sha-256 there, or peer where it is local, and reload the server", at: "access")
    }
    for rule in rules where !rule.trusts {
      note(
        "anywhere-\(rule.line)", .warning,
        "pg_hba.conf takes logins from any address, and not encrypted, in line \(rule.line): \(rule.text)",
        mend: "write hostssl for host there, and the networks that are meant, and reload the server",
        at: "access")
    }
  }

  private mutating func notice(_ name: String, _ written: DatabaseSpec.Access, _ role: DatabaseRole?) {
    guard let role else {
      note(
        "no-role-\(name)", .notice,
        "there is no role \(name) in it, so nobody has the access that is written",
        mend: "CREATE ROLE \(PostgreSQLSession.identifier(name)), and GRANT it to those who are to have it",
        at: "access")
      return
    }
    guard written != .full else { return }
    if !role.rights.isEmpty {
      note(
        "may-write-\(name)", .warning,
        "`\(name): \(written.rawValue)` is written, and the role may \(role.rights.joined(separator: "; "))",
        mend: "take that from it: REVOKE, or ALTER ROLE; pg_read_all_data lets a role read everything",
        at: "access")
    }
    if written == .withApproval, !role.lasting.isEmpty {
      let (names, first) = (
        role.lasting.joined(separator: ", "), PostgreSQLSession.identifier(role.lasting[0])
      )
      note(
        "lasting-\(name)", .warning,
        "`\(name): with approval` is written, and without an end it is had by \(names)",
        mend:
          "REVOKE \(PostgreSQLSession.identifier(name)) FROM \(first), or ALTER ROLE \(first) VALID UNTIL the end of what was approved",
        at: "access")
    }
  }
}
