extension Draft {
  static let zones = [
    "Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns",
    "Africa/Casablanca", "Pacific/Apia",
  ]
  static let windows: [[String]] = [
    [], ["Mon..Fri 07:00-20:00"], ["Mon..Sat 22:00-06:00"], ["Mon..Sun 01:30-03:15"],
    ["Mon..Fri 08:00-12:00", "Mon..Fri 13:00-17:30"], ["Tue,Thu,Sun 00:00-24:00"],
  ]
  /// Each opens at least weekly, so that what waits for one can be held to a deadline.
  static let changeWindows = ["Mon..Fri 09:00-17:00", "Mon..Sun 02:00-04:00", "Sat 01:30-05:00"]
  static let periods = ["7d", "10d", "1mo", "21d", "90d"]
  static let overlaps = ["0s", "6h", "1d", "2d"]
  static let purges = ["03:00", "*-*-* 02:30", "Sun 04:00", "Mon..Fri 12:00 UTC"]

  /// The environments of a seed.
  static func all(_ seed: UInt64) -> [Draft] {
    var dice = Dice(seed, "drafts")
    return (0..<dice.number(2...3)).map { index in drawn(["dev", "staging", "production"][index], &dice) }
  }

  private static func drawn(_ name: String, _ dice: inout Dice) -> Draft {
    var draft = Draft(name: name, zone: dice.one(of: zones))
    draft.changeWindow = dice.one(of: changeWindows)
    draft.disruptive = dice.one(of: ["none", "none", "window", "1 release-engineer"])
    draft.destructive = dice.one(of: ["window", "1 release-engineer", "2 release-engineer", "none"])
    draft.secrets = (0..<dice.number(1...3)).map { Secret.drawn("KEY_\($0)", &dice) }
    draft.instances = (0..<dice.number(1...2)).map { index in
      Instances.drawn("web\(index)", secrets: draft.secrets.map(\.name), &dice)
    }
    // Once in a while so many that start together that the bound on actions at once is reached.
    if dice.percent(25) {
      draft.instances += (0..<11).map { Instances(name: "job\($0)", count: 1...1, open: [], secrets: []) }
    }
    draft.logs = [Logs.drawn("web", &dice)] + (dice.percent(30) ? [Logs.drawn("audit", &dice)] : [])
    draft.backups = [Backups.drawn("main", &dice)]
    return draft
  }
}

extension Draft.Instances {
  fileprivate static func drawn(_ name: String, secrets: [String], _ dice: inout Dice) -> Self {
    let lower = dice.number(1...3)
    return Self(
      name: name, count: lower...(lower + dice.number(0...1)), open: dice.one(of: Draft.windows),
      closed: dice.percent(30) ? ["2028-02-29", "2026-12-24..2027-01-01"] : [],
      secrets: secrets.filter { _ in dice.percent(50) }, stopWithin: dice.number(5...20))
  }
}

extension Draft.Secret {
  fileprivate static func drawn(_ name: String, _ dice: inout Dice) -> Self {
    var secret = Self(name: name, every: dice.one(of: Draft.periods), overlap: dice.one(of: Draft.overlaps))
    if dice.percent(10) {
      secret.fixed = dice.below(3)
      return secret
    }
    if dice.percent(50) { secret.file = name }
    secret.hasRotate = dice.percent(50)
    secret.hasTest = secret.hasRotate && dice.percent(70)
    return secret
  }
}

extension Draft.Logs {
  fileprivate static func drawn(_ name: String, _ dice: inout Dice) -> Self {
    var logs = Self(name: name, keepDays: dice.number(5...20))
    if dice.percent(50) { logs.atMostMegabytes = dice.number(6...14) * 100 }
    if dice.percent(50) { logs.archiveAfterDays = dice.number(1...4) }
    if dice.percent(40) { logs.purgeAt = dice.one(of: Draft.purges) }
    return logs
  }
}

extension Draft.Backups {
  fileprivate static func drawn(_ name: String, _ dice: inout Dice) -> Self {
    Self(
      name: name, everyHours: dice.one(of: [24, 24, 48, 168]),
      drill: dice.one(of: [nil, "weekly", "monthly", "*-*~1 04:00"]))
  }
}

// MARK: What operators do to a file

extension Draft {
  /// The draft after an honest edit.
  func edited(_ dice: inout Dice) -> Draft {
    var draft = self
    switch dice.below(9) {
    case 0, 1: Draft.change(&draft.instances, &dice) { web, _ in web.level += 1 }
    case 2:
      Draft.change(&draft.instances, &dice) { web, dice in
        let lower = dice.number(0...3)
        web.count = lower...(lower + dice.number(0...1))
      }
    case 3: Draft.change(&draft.instances, &dice) { web, dice in web.open = dice.one(of: Draft.windows) }
    case 4:
      Draft.change(&draft.secrets, &dice) { secret, dice in
        secret.every = dice.one(of: Draft.periods)
        secret.overlap = dice.one(of: Draft.overlaps)
      }
    case 5:
      Draft.change(&draft.secrets, &dice) { secret, dice in
        if secret.fixed != nil { secret.fixed = dice.below(3) }
      }
    case 6: Draft.change(&draft.logs, &dice) { logs, dice in logs.keepDays = dice.number(5...20) }
    case 7: draft.zone = dice.one(of: Draft.zones)
    default:
      draft.disruptive = dice.one(of: ["none", "window", "1 release-engineer"])
      draft.destructive = dice.one(of: ["window", "1 release-engineer", "none"])
    }
    return draft
  }

  private static func change<Part>(
    _ parts: inout [Part], _ dice: inout Dice, _ body: (inout Part, inout Dice) -> Void
  ) {
    guard !parts.isEmpty else { return }
    body(&parts[dice.below(parts.count)], &dice)
  }

  /// The text of the file with a mistake in it, of one of the kinds that people and editors make.
  func brokenText(_ dice: inout Dice) -> String {
    let whole = text
    switch dice.below(6) {
    // An editor that was cut off before it came to what every file must say.
    case 0: return String(decoding: Array(whole.utf8).prefix(dice.number(1...60)), as: UTF8.self)
    case 1: return whole + "instanses: {}\n"
    case 2: return whole + "timezone: \(zone)\n"
    case 3: return whole.replacing("environment: \(name)", with: "environment: other")
    case 4: return whole + "budget: [1, 2\n"
    default: return whole.replacing("data: synthetic", with: "data: imaginary")
    }
  }

  /// The draft with two wishes in it that cannot both be had.
  func contradictoryText(_ dice: inout Dice) -> String {
    var draft = self
    if dice.percent(50), !draft.instances.isEmpty {
      draft.instances[0].secrets = ["NOWHERE"]
    } else {
      draft.secrets.append(Secret(name: "TOO_LONG", every: "7d", overlap: "30d"))
    }
    return draft.text
  }
}
