import Calendar

/// Which refusals of each caller are recorded: five at once and then one a minute, whatever he asks for, since the log is
/// never emptied. Those beyond are counted, and told together when the next may be.
struct Refusals: Sendable {
  private struct Account {
    /// When nothing of the allowance will be used up any more.
    var isWholeAt: Instant
    /// The refusals that were not recorded, and when the first of them was.
    var unsaid = 0
    var since: Instant
  }

  private static let atOnce = 5
  private static let every = Duration.seconds(60)

  private var accounts: [String: Account] = [:]
  /// How many accounts there may be before those that are whole are looked for: twice as many as were left last time.
  private var accountsMax = 64
  /// When unsaid refusals may be told next; nil where there are none.
  private(set) var dueAt: Instant?

  /// Counts a refusal of `caller`, and says whether it is to be recorded by itself.
  mutating func take(_ caller: String, at now: Instant) -> Bool {
    if accounts.count >= accountsMax, accounts[caller] == nil { forgetWhole(at: now) }
    var account = accounts[caller] ?? Account(isWholeAt: now, since: now)
    defer { accounts[caller] = account }
    // After a clock that went back nobody waits for longer than the allowance takes.
    account.isWholeAt = min(account.isWholeAt, now + Refusals.every * Refusals.atOnce)
    guard account.unsaid == 0, Refusals.mayTell(account, at: now) else {
      if account.unsaid == 0 { account.since = now }
      account.unsaid += 1
      let next = Refusals.nextAt(account)
      dueAt = min(dueAt ?? next, next)
      return false
    }
    account.isWholeAt = max(account.isWholeAt, now) + Refusals.every
    return true
  }

  /// The refusals that were counted and may be told now, by caller.
  mutating func due(at now: Instant) -> [(caller: String, count: Int, since: Instant)] {
    guard let dueAt, dueAt <= now else { return [] }
    self.dueAt = nil
    var due: [(caller: String, count: Int, since: Instant)] = []
    for (caller, account) in accounts where account.unsaid > 0 {
      guard Refusals.mayTell(account, at: now) else {
        let next = Refusals.nextAt(account)
        self.dueAt = min(self.dueAt ?? next, next)
        continue
      }
      due.append((caller, account.unsaid, account.since))
      accounts[caller]?.unsaid = 0
      accounts[caller]?.isWholeAt = max(account.isWholeAt, now) + Refusals.every
    }
    return due.sorted { $0.caller < $1.caller }
  }

  private static func nextAt(_ account: Account) -> Instant { account.isWholeAt - every * (atOnce - 1) }

  private static func mayTell(_ account: Account, at now: Instant) -> Bool { nextAt(account) <= now }

  private mutating func forgetWhole(at now: Instant) {
    accounts = accounts.filter { $0.value.unsaid > 0 || $0.value.isWholeAt > now }
    accountsMax = max(64, 2 * accounts.count)
  }
}

extension Reconciler {
  /// What the caller may not see is answered as if it were not there; that is recorded either way, for how long the log
  /// grows can be seen.
  mutating func refuseUnseen(_ request: Request, number: UInt64, in turn: inout Turn) {
    let (caller, name) = (request.caller, request.ask.scope.environment)
    let names = environments.filter { $0.value.header.map { caller.may(.read, in: $0) } ?? false }.keys
      .sorted()
    if !caller.isOwner {
      recordRefusal(
        of: caller, "\(caller.name) asked for what he may not see",
        environments[name]?.header.map { Scope(environment: $0.name) }, in: &turn)
      guard !names.isEmpty else {
        answer(
          number, .refused(.forbidden, message: "\(caller.name) may not read any environment"), in: &turn)
        return
      }
    }
    let known = names.isEmpty ? "none" : names.joined(separator: ", ")
    let message = "there is no environment \(name) that you may read; there are: \(known)"
    answer(number, .refused(.unknownSubject, message: message), in: &turn)
  }

  /// Records that `request` was refused for want of something. Not what it says: that is the caller's, and may be anything.
  mutating func deny(_ request: Request, because reason: String, in turn: inout Turn) {
    recordRefusal(
      of: request.caller, "a request was refused: it \(reason)",
      Scope(environment: request.ask.scope.environment), in: &turn)
  }

  mutating func turnAway(_ caller: Caller, from what: String, in turn: inout Turn) {
    recordRefusal(of: caller, "\(what) refused: \(caller.name) has no role", nil, in: &turn)
  }

  private mutating func recordRefusal(
    of caller: Caller, _ message: String, _ scope: Scope?, in turn: inout Turn
  ) {
    guard refusals.take(caller.name, at: turn.now) else { return }
    record(.denied, message, of: scope, severity: .warning, by: caller.name, in: &turn)
  }

  /// Tells of the refusals that were only counted.
  mutating func tellRefusals(in turn: inout Turn) {
    for (caller, count, since) in refusals.due(at: turn.now) {
      record(
        .denied, "\(count) more requests of \(caller) were refused since \(since)", severity: .warning,
        by: caller, body: ["more": .integer(Int64(count))], in: &turn)
    }
  }
}
