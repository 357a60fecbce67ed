import Reconciliation
import SecretStore
import Secrets

/// `secrets`: values that are rotated, at another end, in accounts of servers and in env files.
enum SecretsSection: Section {
  static let name = "secrets"
  static let isEntangled = true

  static func draw(beside draft: Draft, _ dice: inout Dice) -> [any Entry] {
    (0..<dice.number(1...3)).map { SecretEntry.drawn("KEY_\($0)", beside: draft, &dice) }
  }

  static func model(of id: ResourceID) -> any Model { SecretsModel(id) }

  static let misfortunes =
    SecretsModel.FileTrouble.allCases.map { trouble in
      Misfortune(name, "its env file is \(trouble.rawValue)") { (model: SecretsModel, dice, stage) in
        model.touchFile(trouble, for: dice.seconds(600...86_400), stage)
      }
    } + [
      Misfortune(name, "the store comes back from a copy") { (model: SecretsModel, _, stage) in
        model.bringBackOldStore(stage)
      },
      Misfortune(name, "somebody writes its document once more", weight: 2) {
        (model: SecretsModel, _, stage) in model.rewrite(stage)
      },
      Misfortune(name, "the other end refuses what is new") { (model: SecretsModel, dice, stage) in
        model.refuse(for: dice.seconds(60...40_000), stage)
      },
      Misfortune(name, "the other end comes back from a copy") { (model: SecretsModel, _, stage) in
        model.bringBackOtherEnd(stage)
      },
      Misfortune(name, "its server does not answer", weight: 2) { (model: SecretsModel, dice, stage) in
        model.fallSilent(for: dice.seconds(60...90_000), stage)
      },
      Misfortune(name, "somebody sets its password by hand", weight: 2) { (model: SecretsModel, _, stage) in
        model.setByHand(stage)
      },
    ]

  static let invariants: [any Invariant.Type] = [
    SecretsAreYoung.self, CredentialWorks.self, OneRotation.self, OverlapHolds.self, RotatedForAReason.self,
    EnvFileIsRight.self, AccountTakesCurrent.self, FormerWorks.self, RetiredIsRefused.self,
    FormerIsDestroyed.self, NeededIsKept.self,
  ]

  static func gist(of observed: AnyObserved) -> [String] {
    guard let found = observed.typed(as: SecretObserved.self) else { return [] }
    return found.versions.map { "\($0.number) \($0.phase.rawValue) \($0.user ?? "")" }
      + [found.leftover ? "leftover" : "", found.superseded ? "superseded" : ""]
      + [found.server?.login?.rawValue ?? ""]
  }

  /// A step and its version.
  static func identity(of action: AnyAction) -> String {
    action.typed(as: SecretAction.self).map { "\($0.verb) \($0.version) \($0.risk)" } ?? action.description
  }

  /// A value that takes the place of the one in force at the other end, with no overlap, breaks whoever uses that. So does
  /// the first of an account's: somebody may have used it before.
  static func risk(of action: AnyAction, on id: ResourceID, seen: AnyObserved?, _ shell: Shell) -> Risk {
    guard action.typed(as: SecretAction.self)?.step == .set,
      let secret = shell.stage.inForce[id.environment]?.secret(id.name),
      let found = seen?.typed(as: SecretObserved.self)
    else { return .safe }
    if let account = secret.account { return account.turn == .pauses ? .disruptive : .safe }
    let isInForce = found.versions.contains { $0.phase == .current }
    return isInForce && secret.overlap == "0s" && !found.leftover ? .disruptive : .safe
  }

  /// A store that somebody mixed from two copies.
  static let lasting: Set = ["tangled", "version-lost", "file-unusable"]
}

/// An entry of `secrets`.
struct SecretEntry: Entry {
  static let section = SecretsSection.name
  static let periods = ["7d", "10d", "1mo", "21d", "90d"]
  static let overlaps = ["0s", "6h", "1d", "2d"]

  var name: String
  var every: String
  var overlap: String
  var file: String?
  /// Whether a server at the other end is told by `rotate`, and asked by `test`.
  var hasRotate = false
  var hasTest = false
  /// The account in a server whose password it is; it has the secret's name.
  var account: Account?
  /// A public test credential, written in the file.
  var fixed: Int?

  struct Account: Sendable, Hashable {
    /// How a new password comes in beside the one in force.
    enum Turn: Sendable { case takesTurns, pauses, takesSeveral }
    var server: String
    var turn: Turn

    static func drawn(beside draft: Draft, _ dice: inout Dice) -> Account? {
      var all: [Account] = []
      if let database = draft.entries(DatabaseEntry.self).first {
        all += [Turn.takesTurns, .pauses].map { Account(server: "database/\(database.name)", turn: $0) }
      }
      if let cache = draft.entries(CacheEntry.self).first {
        all.append(Account(server: "cache/\(cache.name)", turn: .takesSeveral))
      }
      return all.isEmpty ? nil : dice.one(of: all)
    }

    func isIn(_ draft: Draft) -> Bool {
      draft.ids.contains { "\($0.controller)/\($0.name)" == server }
    }
  }

  fileprivate static func drawn(_ name: String, beside draft: Draft, _ dice: inout Dice) -> Self {
    var secret = Self(name: name, every: dice.one(of: periods), overlap: dice.one(of: overlaps))
    if dice.percent(10) {
      secret.fixed = dice.below(3)
      return secret
    }
    if dice.percent(50) { secret.file = name }
    if dice.percent(60), let account = Account.drawn(beside: draft, &dice) {
      secret.account = account
      secret.overlap = secret.drawnOverlap(&dice)
      return secret
    }
    secret.hasRotate = dice.percent(50)
    secret.hasTest = secret.hasRotate && dice.percent(70)
    return secret
  }

  /// One that it can have: an account that takes one password has none, and to write none for another means a day.
  private func drawnOverlap(_ dice: inout Dice) -> String {
    guard let account else { return dice.one(of: Self.overlaps) }
    return account.turn == .pauses ? "0s" : dice.one(of: Array(Self.overlaps.dropFirst()))
  }

  func lines(in environment: String) -> [String] {
    if let fixed { return ["\(name):", "  kind: fixed", "  value: demo-value-\(fixed)"] }
    var lines = ["\(name):", "  kind: token", "  every: \(every)"]
    if overlap != "0s" { lines.append("  overlap: \(overlap)") }
    if let file { lines.append("  file: /srv/\(environment)/\(file).env") }
    if hasRotate { lines.append("  rotate: [/srv/bin/set-\(name)]") }
    if hasTest { lines.append("  test: [/srv/bin/test-\(name)]") }
    if let account {
      lines += ["  in: \(account.server)", "  role: \(name)"]
      if account.turn == .pauses { lines.append("  pause: 10s") }
    }
    return lines
  }

  func edited(_ dice: inout Dice) -> Self {
    var secret = self
    if secret.fixed != nil {
      secret.fixed = dice.below(3)
    } else {
      secret.every = dice.one(of: Self.periods)
      secret.overlap = secret.drawnOverlap(&dice)
    }
    return secret
  }

  func contradictory(_ dice: inout Dice) -> Self? {
    var secret = Self(name: name, every: "7d", overlap: "30d")
    secret.file = file
    return secret
  }

  func fitting(into draft: Draft) -> Self {
    var secret = self
    if let account, !account.isIn(draft) { secret.account = nil }
    return secret
  }
}

extension Draft {
  var secrets: [SecretEntry] { entries() }
  func secret(_ name: String) -> SecretEntry? { entry(name) }
}
