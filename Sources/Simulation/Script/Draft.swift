import Calendar
import Reconciliation

/// What an environment's file means, as whoever wrote it knows it. The invariants go by this and not by what the daemon
/// reads, so that the reader is under test too.
struct Draft: Sendable, Hashable {
  var name: String
  var zone: String
  var changeWindow = "Mon..Fri 09:00-17:00"
  var disruptive = "none"
  var destructive = "window"
  /// What is written in each section.
  var sections: [String: [Written]] = [:]

  /// An entry of any section.
  struct Written: Sendable, Hashable {
    let entry: any Entry

    static func == (left: Written, right: Written) -> Bool {
      AnyHashable(left.entry) == AnyHashable(right.entry)
    }

    func hash(into hasher: inout Hasher) { AnyHashable(entry).hash(into: &hasher) }
  }

  /// What is written of these, by resource, in the order of the file.
  var ids: [ResourceID] {
    Sections.all.flatMap { section in
      sections[section.name, default: []].map {
        ResourceID(environment: name, controller: section.name, name: $0.entry.name)
      }
    }
  }

  /// The entries of a section.
  func entries<E: Entry>(_ type: E.Type = E.self) -> [E] {
    sections[E.section, default: []].compactMap { $0.entry as? E }
  }

  /// The entry of that name.
  func entry<E: Entry>(_ name: String, _ type: E.Type = E.self) -> E? {
    sections[E.section]?.lazy.compactMap { $0.entry as? E }.first { $0.name == name }
  }

  /// What `guard` asks for before an action of that risk, as the words of the file.
  func requirement(for risk: Risk) -> String {
    switch risk {
    case .safe: "none"
    case .disruptive: disruptive
    case .destructive: destructive
    }
  }

  /// Without the resources for which `isKept` says no, and without what refers to them.
  func keeping(_ isKept: (ResourceID) -> Bool) -> Draft {
    var draft = self
    for (section, entries) in sections {
      draft.sections[section] = entries.filter {
        isKept(ResourceID(environment: name, controller: section, name: $0.entry.name))
      }
    }
    let rest = draft
    draft.sections = rest.sections.mapValues { entries in
      entries.map { Written(entry: $0.entry.fitting(into: rest)) }
    }
    return draft
  }
}
