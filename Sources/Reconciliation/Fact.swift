public import Calendar

/// Something that one controller publishes about its resource and others of the same environment may read. It is the
/// only way in which controllers know of each other.
///
/// The vocabulary stands in this file, so that whoever writes a controller finds all that there is to know.
public struct Fact: Sendable, Hashable, Codable {
  /// What is said: one of the names below.
  public let name: Name
  /// The resource that says it.
  public let publisher: ResourceID
  /// What it is said about, where that is not the publisher itself: a secret's name, a folder.
  public let about: String
  /// The particulars.
  public let value: JSON

  /// What facts say.
  public enum Name: String, Sendable, Hashable, Codable {
    /// A secret has these versions (``SecretVersions``).
    case secretVersions
    /// The publisher still runs with this version of a secret.
    case secretInUse
    /// The publisher is written to be off now, until an instant or for good.
    case closed
  }

  private init(_ name: Name, by publisher: ResourceID, about: String, value: JSON) {
    self.name = name
    self.publisher = publisher
    self.about = about
    self.value = value
  }

  /// The publisher keeps the secret `name`: `current` is to be used, `previous` still works.
  public static func secretVersions(
    by publisher: ResourceID, name: String, current: Int, previous: [Int]
  ) -> Fact {
    Fact(
      .secretVersions, by: publisher, about: name,
      value: [
        "current": .integer(Int64(current)), "previous": .array(previous.map { .integer(Int64($0)) }),
      ])
  }

  /// The publisher has something running that was given `version` of the secret `name`.
  public static func secretInUse(by publisher: ResourceID, name: String, version: Int) -> Fact {
    Fact(.secretInUse, by: publisher, about: name, value: .integer(Int64(version)))
  }

  /// The publisher is off as written, until `instant` where it opens again by itself.
  public static func closed(_ publisher: ResourceID, until instant: Instant?) -> Fact {
    Fact(.closed, by: publisher, about: publisher.name, value: instant.map { .string("\($0)") } ?? .null)
  }
}

/// The facts of one environment, as its controllers last published them.
public struct Facts: Sendable, Hashable {
  private var byPublisher: [ResourceID: [Fact]] = [:]
  /// Whether every resource of the environment has said what it has to say. False for a moment after a start: that
  /// nobody says that a secret is in use does not mean yet that nobody uses it.
  public internal(set) var isComplete = true

  /// No facts.
  public init() {}

  /// Replaces what `publisher` says. Returns whether that changed anything.
  public mutating func publish(_ facts: [Fact], by publisher: ResourceID) -> Bool {
    guard byPublisher[publisher, default: []] != facts else { return false }
    byPublisher[publisher] = facts.isEmpty ? nil : facts
    return true
  }

  /// Whether anybody publishes anything.
  public var isEmpty: Bool { byPublisher.isEmpty }

  /// The versions of the secret `name`: nil while nobody has published any.
  public func secret(_ name: String) -> (current: Int, previous: [Int])? {
    for fact in all(.secretVersions, about: name) {
      guard let current = fact.value["current"].int else { continue }
      return (Int(current), fact.value["previous"].elements.compactMap { $0.int.map(Int.init) })
    }
    return nil
  }

  /// Who still runs with `version` of the secret `name`.
  public func users(ofSecret name: String, version: Int) -> [ResourceID] {
    all(.secretInUse, about: name).filter { $0.value.int == Int64(version) }.map(\.publisher)
  }

  /// Whether `resource` says that it is off as written.
  public func isClosed(_ resource: ResourceID) -> Bool {
    byPublisher[resource, default: []].contains { $0.name == .closed }
  }

  /// All facts of that name about that thing, by their publishers' order.
  private func all(_ name: Fact.Name, about: String) -> [Fact] {
    byPublisher.keys.sorted().flatMap { byPublisher[$0, default: []] }.filter {
      $0.name == name && $0.about == about
    }
  }
}
