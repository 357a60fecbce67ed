import Calendar
import Reconciliation
import SecretStore

extension SecretPlanning {
  /// Rules 12 and 13: what is said of the server, and what is set there again.
  mutating func keepServer() {
    guard spec.account != nil, let server = seen.server, let name = spec.server else { return }
    if let reason = server.unknown {
      plan.findings.append(
        Finding(
          "server-unknown", .warning, "\(name) cannot be asked: \(reason)",
          mend: "mend the way there; meanwhile nothing is changed in it, and what is delivered stays",
          at: resource.place(of: "in")))
    } else if let refusal = server.refusal {
      isStuck = true
      plan.findings.append(
        Finding(
          "account-unusable", .critical, "\(name): \(refusal)",
          mend: "do that as an administrator of \(name); it goes on by itself then",
          at: resource.place(of: "role")))
    } else if let current {
      keepLogin(of: current, server, name)
    }
    noticeWays(into: server, name)
  }

  private mutating func keepLogin(of current: SecretVersion, _ server: ServerSeen, _ name: String) {
    let who = user(of: current)
    let place = server.refusing.map { "\(name) at \($0.joined(separator: ", "))" } ?? name
    switch server.login {
    case .works?, nil: break
    case .unasked?:
      isStuck = true
      plan.findings.append(
        Finding(
          "no-password-asked", .warning,
          "\(name) lets \(who) in without asking for a password, so nothing about it can be proved, and it is not rotated",
          mend: "let pg_hba.conf ask for scram-sha-256 where the daemon logs in",
          at: resource.place(of: "role")))
    case .refused? where underWay.contains { user(of: $0) == who }: break
    case .refused?:
      if let older = server.older {
        plan.findings.append(
          Finding(
            "old-password-back", .warning,
            "\(place) refuses version \(current.number) and takes version \(older): an old copy of it is back",
            mend: "version \(current.number) is set there again by itself", at: resource.place(of: "in")))
        append(
          SecretAction(
            .restore, version: current.number, user: who, with: name, why: "it takes version \(older)"))
      } else {
        plan.findings.append(
          Finding(
            "changed-elsewhere", .critical,
            "\(place) refuses version \(current.number) as \(who), and every one before: somebody else set the password",
            mend: "a new version takes its place by itself; find out who did it",
            at: resource.place(of: "role")))
      }
    }
  }

  /// Rule 15: ways past the version in force, which are said and left alone, and what would not last.
  private mutating func noticeWays(into server: ServerSeen, _ name: String) {
    guard let account = spec.account else { return }
    if let places = server.strangers?.joined(separator: ", ") {
      plan.findings.append(
        Finding(
          "other-passwords", .warning,
          "\(account.role) also takes passwords that are none of steward's, at \(places): whoever knows one gets in",
          mend: "ACL GETUSER \(account.role) shows their hashes; take each away there with "
            + "ACL SETUSER \(account.role) !HASH, then ACL SAVE",
          at: resource.place(of: "role")))
    }
    if let places = server.forgetful?.joined(separator: ", ") {
      plan.findings.append(
        Finding(
          "forgotten-at-restart", .warning,
          "a restart would forget the new password at \(places): there is neither an ACL file nor a redis.conf",
          mend: "start it with a redis.conf, best with `aclfile` in it", at: resource.place(of: "in")))
    }
    if let places = server.open?.joined(separator: ", ") {
      plan.findings.append(
        Finding(
          "open-to-everybody", .notice,
          "\(name) lets everybody in without a password as the user default, at \(places)",
          mend: "write an administrator's `login` in \(name), then: ACL SETUSER default off",
          at: resource.place(of: "in")))
    }
  }

  /// Whether the server cannot be asked.
  var isServerUnknown: Bool { spec.account != nil && seen.server?.unknown != nil }

  /// Why the server wants a new version whatever its age; nil where it does not.
  func serverDue(of current: SecretVersion) -> String? {
    guard let account = spec.account, let name = spec.server else { return nil }
    if isDead { return "somebody else set the password in \(name)" }
    if !account.users.contains(user(of: current)) { return "it is the password of \(user(of: current))" }
    return nil
  }

  /// Whether the server takes neither the version in force nor any before.
  private var isDead: Bool {
    guard let server = seen.server, server.unknown == nil, server.refusal == nil else { return false }
    return server.login == .refused && server.older == nil
  }

  /// The account that a version is for.
  func user(of version: SecretVersion) -> String { version.user ?? spec.account?.role ?? "" }

  /// Rule 14: the account that the next version is for; nil where it is no account's.
  var nextUser: String? {
    spec.account.map { account in account.user(after: current.map(user)) }
  }

  func setInServer(_ version: SecretVersion) -> SecretAction {
    SecretAction(
      .set, version: version.number, user: version.user, with: spec.server,
      risk: spec.account?.pause == nil ? .safe : .disruptive)
  }

  /// Whether the server holds up whatever changes something in it.
  mutating func isHeldByServer() -> Bool {
    guard spec.account != nil, let server = seen.server, let name = spec.server else { return false }
    if server.unknown != nil {
      plan.waitingOn.append(
        Wait("nothing is changed in \(name) while it cannot be asked", endedBy: "its answer"))
      return true
    }
    if server.refusal != nil || server.login == .unasked {
      plan.waitingOn.append(
        Wait("nothing is changed in \(name) before that is mended", endedBy: "its administrator"))
      return true
    }
    return false
  }

  /// Whether the next version's account still belongs to a former version. One that is dead holds up nobody.
  mutating func isHeldByTurn() -> Bool {
    guard let account = spec.account, account.takesTurns, let next = nextUser, !isDead,
      let holder = former.first(where: { user(of: $0) == next })
    else { return false }
    plan.waitingOn.append(
      Wait(
        "the next version is for \(next), whose version \(holder.number) still works",
        endedBy: "the end of that"))
    return true
  }
}

extension ServerAccount {
  /// How the password is set, for people.
  var words: String {
    if server.takesSeveral { return "as \(role), which takes the one before as well for the overlap" }
    guard let pause else { return "as \(role) and \(second) in turn" }
    return "as \(role) alone, where logins may fail for \(TimeSpan(duration: pause)) at each new one"
  }
}
