/// The facts of one environment, as its controllers last published them.
public struct Facts: Sendable, Hashable {
  private var byPublisher: [ResourceID: [Fact]] = [:]
  /// The same facts by what they say about what, in their publishers' order: plans ask far more often than they say.
  private var bySubject: [Subject: [Fact]] = [:]
  /// Whether every resource of the environment has said what it has to say. False for a moment after a start: that
  /// nobody says that a secret is in use does not mean yet that nobody uses it.
  public internal(set) var isComplete = true

  private struct Subject: Hashable {
    let name: Fact.Name
    let about: String
  }

  /// No facts.
  public init() {}

  /// Replaces what `publisher` says. Returns what it says no more or did not say before.
  @discardableResult
  public mutating func publish(_ facts: [Fact], by publisher: ResourceID) -> [Fact] {
    let before = byPublisher[publisher, default: []]
    guard before != facts else { return [] }
    byPublisher[publisher] = facts.isEmpty ? nil : facts
    let gone = before.filter { !facts.contains($0) }
    let new = facts.filter { !before.contains($0) }
    for fact in gone { bySubject[Subject(name: fact.name, about: fact.about)]?.removeAll { $0 == fact } }
    for fact in new {
      var said = bySubject[Subject(name: fact.name, about: fact.about), default: []]
      said.insert(fact, at: said.firstIndex { publisher < $0.publisher } ?? said.endIndex)
      bySubject[Subject(name: fact.name, about: fact.about)] = said
    }
    for fact in gone where bySubject[Subject(name: fact.name, about: fact.about)]?.isEmpty == true {
      bySubject[Subject(name: fact.name, about: fact.about)] = nil
    }
    return gone + new
  }

  /// The versions of the secret `name`: nil while nobody has published any.
  public func secret(_ name: String) -> (current: Int, previous: [Int])? {
    guard case .secretVersions(let current, let previous)? = all(.secretVersions, about: name).first?.content
    else {
      return nil
    }
    return (current, previous)
  }

  /// Who still runs with `version` of the secret `name`.
  public func users(ofSecret name: String, version: Int) -> [ResourceID] {
    all(.secretInUse, about: name).filter { $0.content == .secretInUse(version) }.map(\.publisher)
  }

  /// The countable resource of that name: how much of it is in use, and what is written.
  public func use(of name: String) -> Use? { all(.uses, about: name).lazy.compactMap { Use($0) }.first }

  /// Whether anything says that it is off as written.
  var isAnythingClosed: Bool { byPublisher.values.contains { $0.contains { $0.name == .closed } } }

  /// All that `publisher` says.
  public func said(by publisher: ResourceID) -> [Fact] { byPublisher[publisher, default: []] }

  /// Whether `resource` says that it is off as written.
  public func isClosed(_ resource: ResourceID) -> Bool {
    byPublisher[resource, default: []].contains { $0.name == .closed }
  }

  /// All facts of that name about that thing, by their publishers' order.
  private func all(_ name: Fact.Name, about: String) -> [Fact] {
    bySubject[Subject(name: name, about: about), default: []]
  }
}
