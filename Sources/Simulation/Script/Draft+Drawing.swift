extension Draft {
  static let zones = [
    "Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns",
    "Africa/Casablanca", "Pacific/Apia",
  ]
  /// Each opens at least weekly, so that what waits for one can be held to a deadline.
  static let changeWindows = ["Mon..Fri 09:00-17:00", "Mon..Sun 02:00-04:00", "Sat 01:30-05:00"]

  /// The environments of a seed.
  static func all(_ seed: UInt64) -> [Draft] {
    var dice = Dice(seed, "drafts")
    return (0..<dice.number(2...3)).map { drawn(["dev", "staging", "production"][$0], seed) }
  }

  /// Each section from dice of its own: a section more leaves the others as they are.
  private static func drawn(_ name: String, _ seed: UInt64) -> Draft {
    var dice = Dice(seed, "draft \(name)")
    var draft = Draft(name: name, zone: dice.one(of: zones))
    draft.changeWindow = dice.one(of: changeWindows)
    draft.disruptive = dice.one(of: ["none", "none", "window", "1 release-engineer"])
    draft.destructive = dice.one(of: ["window", "1 release-engineer", "2 release-engineer", "none"])
    for section in Sections.all {
      var dice = Dice(seed, "draft \(name) \(section.name)")
      draft.sections[section.name] = section.draw(beside: draft, &dice).map { Written(entry: $0) }
    }
    return draft
  }
}
