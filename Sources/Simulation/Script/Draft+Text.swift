import Reconciliation

extension Draft {
  /// The file, as its operator writes it.
  var text: String { header + Sections.all.map { text(of: $0.name) }.joined() }

  /// What every file must say.
  var header: String {
    """
    environment: \(name)
    purpose: a simulated environment
    data: synthetic
    timezone: \(zone)
    change window: \(changeWindow)
    guard: {disruptive: \(disruptive), destructive: \(destructive)}
    access: {read: [developers], operate: [operators], secrets: [qa], approve: [release-engineer]}

    """
  }

  private func text(of section: String) -> String {
    guard let entries = sections[section], !entries.isEmpty else { return "" }
    return "\(section):\n" + entries.map { Draft.text(of: $0, in: name) }.joined()
  }

  private static func text(of written: Written, in environment: String) -> String {
    written.entry.lines(in: environment).map { "  \($0)\n" }.joined()
  }

  // MARK: What operators do to a file

  /// The draft after an honest edit.
  func edited(_ dice: inout Dice) -> Draft {
    var draft = self
    switch dice.below(8) {
    case 0: draft.zone = dice.one(of: Draft.zones)
    case 1:
      draft.disruptive = dice.one(of: ["none", "window", "1 release-engineer"])
      draft.destructive = dice.one(of: ["window", "1 release-engineer", "none"])
    default:
      let section = dice.one(of: Sections.all.map { $0.name }.filter { !(sections[$0] ?? []).isEmpty })
      let index = dice.below(sections[section, default: []].count)
      if let entry = sections[section]?[index].entry {
        draft.sections[section]?[index] = Written(entry: entry.edited(&dice))
      }
    }
    return draft
  }

  /// The draft with two wishes in it that cannot both be had.
  func contradictoryText(_ dice: inout Dice) -> String {
    var draft = self
    let sections = Sections.all.map { $0.name }.filter { name in
      var dice = dice
      return self.sections[name]?.first?.entry.contradictory(&dice) != nil
    }
    // Whatever has no section that can contradict itself names nothing that is.
    guard !sections.isEmpty else {
      return text + "instances:\n  web: {run: [/bin/true], secrets: [NOWHERE]}\n"
    }
    let section = dice.one(of: sections)
    if let entry = draft.sections[section]?.first?.entry.contradictory(&dice) {
      draft.sections[section]?[0] = Written(entry: entry)
    }
    return draft.text
  }
}

/// How a file is broken by people and editors.
enum Breakage: String, Sendable, CaseIterable {
  case cutShort, unknownSection, keyTwice, otherName, openBracket, unknownWord, tab, notText

  /// The text of `draft` with the mistake in it.
  func text(of draft: Draft, _ dice: inout Dice) -> String {
    let whole = draft.text
    return switch self {
    // An editor that was cut off before it came to what every file must say.
    case .cutShort: String(decoding: Array(whole.utf8).prefix(dice.number(1...60)), as: UTF8.self)
    case .unknownSection: whole + "instanses: {}\n"
    case .keyTwice: whole + "timezone: \(draft.zone)\n"
    case .otherName: whole.replacing("environment: \(draft.name)", with: "environment: other")
    case .openBracket: whole + "load: [1, 2\n"
    case .unknownWord: whole.replacing("data: synthetic", with: "data: imaginary")
    case .tab: whole.replacing("purpose: a", with: "purpose:\n\ta")
    case .notText: whole + "load: \u{0}\n"
    }
  }
}

extension Draft {
  /// The file while it is being written: up to the end of some line. What it means so far; nil where it is a mistake to
  /// leave the rest out.
  func halfWritten(_ dice: inout Dice) -> (text: String, meaning: Draft?) {
    if dice.percent(30) {
      return (String(decoding: Array(header.utf8).prefix(dice.number(1...60)), as: UTF8.self), nil)
    }
    let ids = ids
    let kept = dice.below(ids.count)
    let known = Set(ids.prefix(kept))
    var cut = self
    for (section, entries) in sections {
      cut.sections[section] = entries.filter {
        known.contains(ResourceID(environment: name, controller: section, name: $0.entry.name))
      }
    }
    // Where what is written refers to what is not yet, it is a mistake so far.
    return (cut.text, cut.keeping { _ in true } == cut ? cut : nil)
  }
}
