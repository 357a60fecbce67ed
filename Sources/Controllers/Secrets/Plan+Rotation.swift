import Calendar
import Reconciliation
import SecretStore

extension SecretPlanning {
  /// Rules 2, 3 and 9.
  mutating func rotate() {
    guard !abandonSuperfluous(), !isTangled() else { return }
    if let version = underWay.first {
      guard !isHeldByServer(), !isHeldByFile() else { return }
      append(step(of: version))
    } else if case .now(let why) = due, !isHeldByServer(), !isHeldByFile(), !isHeldByTurn(),
      !isHeldByFormer()
    {
      append(SecretAction(.prepare, version: nextNumber, user: nextUser, why: why))
    }
  }

  /// What comes next for a version under way.
  private func step(of version: SecretVersion) -> SecretAction {
    switch version.phase {
    case .pending where spec.account != nil: return setInServer(version)
    case .pending where spec.rotate != nil:
      // With an overlap the operator says that the other end takes both for a while.
      let costs = current != nil && spec.overlap.isZero && !seen.leftover
      return SecretAction(
        .set, version: version.number, with: spec.rotate?.first, risk: costs ? .disruptive : .safe)
    case .pending, .set,
      .tested where wasInForce(version):
      return spec.account == nil
        ? SecretAction(.test, version: version.number, with: spec.test?.first)
        : SecretAction(.test, version: version.number, user: version.user, with: spec.server)
    case .tested, .current, .previous:
      return SecretAction(.finish, version: version.number)
    }
  }

  /// Whether a version under way was in force before and not tried since: the store is an older copy of itself, and what
  /// it says of the other end is as old.
  private func wasInForce(_ version: SecretVersion) -> Bool {
    guard let finished = context.memory.lastDone["finish"], finished.version == version.number else {
      return false
    }
    guard let tested = context.memory.lastDone["test"], tested.version == version.number else { return true }
    return tested.sequence < finished.sequence
  }

  /// Whether a version that should not come into force is removed first. Only one that nobody was told of can
  /// be.
  private mutating func abandonSuperfluous() -> Bool {
    let abandoned = underWay.filter { $0.phase == .pending && !wasTold($0.number) }.compactMap { version in
      superfluous(version).map { SecretAction(.abandon, version: version.number, why: $0) }
    }
    plan.actions += abandoned
    return !abandoned.isEmpty
  }

  /// Why a pending version should not come into force; nil where it should.
  private func superfluous(_ version: SecretVersion) -> String? {
    let used = max(
      (context.memory.lastDone["prepare"]?.version ?? 1) - 1, context.memory.lastDone["finish"]?.version ?? 0)
    if version.number <= used { return "its number was used before" }
    if let account = spec.account, version.user.map({ !account.users.contains($0) }) ?? true {
      return "it is no password of \(account.users.joined(separator: " or "))"
    }
    if spec.kind == .fixed {
      return seen.written?.contains(version.number) == true ? nil : "the file has another value"
    }
    return current == nil || spec.canRotate ? nil : "nobody sets it in \(spec.server ?? "its server")"
  }

  /// Whether `rotate` was ever begun with a version, so that the other end may know it.
  func wasTold(_ number: Int) -> Bool {
    let attempted = context.memory.attempts.keys.contains {
      $0["verb"].text == SecretAction.Step.set.rawValue && $0["version"].int == Int64(number)
    }
    return attempted || seen.leftover || context.memory.lastDone["set"]?.version == number
  }

  /// Whether there are more versions on their way than any rotation leaves: of these a person must decide.
  private mutating func isTangled() -> Bool {
    let inForce = current?.number ?? 0
    guard underWay.count > 1 || underWay.contains(where: { $0.number < inForce }) else { return false }
    isStuck = true
    let numbers = underWay.map { "\($0.number) (\($0.phase.rawValue))" }.joined(separator: ", ")
    plan.findings.append(
      Finding(
        "tangled", .critical,
        "versions on their way: \(numbers); in force: \(inForce). No rotation leaves that",
        mend: "the store was edited or mixed from two copies: bring back one whole copy of it",
        at: resource.place))
    return true
  }

  private mutating func isHeldByFile() -> Bool {
    guard current != nil, let reason = fileRefusal else { return false }
    isStuck = true
    plan.waitingOn.append(
      Wait("nothing new comes into force while \(spec.file ?? "the file") \(reason)", endedBy: "mending that")
    )
    return true
  }

  private mutating func isHeldByFormer() -> Bool {
    guard former.count >= Self.previousMax else { return false }
    isStuck = true
    let users = Set(former.flatMap { context.facts.users(ofSecret: resource.id.name, version: $0.number) })
    let who = users.isEmpty ? "their overlaps" : users.sorted().map(\.description).joined(separator: ", ")
    plan.waitingOn.append(
      Wait("\(former.count) former versions are still kept, the most at once", endedBy: "the end of \(who)"))
    plan.findings.append(
      Finding(
        "too-many-versions", .warning,
        "\(former.count) former versions are still kept, so no new one is made; held by \(who)",
        mend: users.isEmpty ? "shorten `overlap`, or lengthen `every`" : "restart what still runs with them",
        at: resource.place(of: "every")))
    return true
  }
}
