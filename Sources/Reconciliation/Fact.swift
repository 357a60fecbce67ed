public import Calendar

/// Something that one controller publishes about its resource and others of the same environment may read. It is the
/// only way in which controllers know of each other.
///
/// The vocabulary stands in this file, so that whoever writes a controller finds all that there is to know.
public struct Fact: Sendable, Hashable {
  /// The resource that says it.
  public let publisher: ResourceID
  /// What it is said about, where that is not the publisher itself: a secret's name, a folder.
  public let about: String
  /// What is said, with its particulars.
  let content: Content

  /// What facts say.
  public enum Name: String, Sendable, Hashable, Codable, CaseIterable {
    /// A secret has these versions.
    case secretVersions
    /// The publisher still runs with this version of a secret.
    case secretInUse
    /// The publisher is written to be off now, until an instant or for good.
    case closed
    /// So many of the publisher are in use, and so many are written for certain hours (``Use``).
    case uses
  }

  enum Content: Sendable, Hashable {
    case secretVersions(current: Int, previous: [Int])
    case secretInUse(Int)
    case closed(until: Instant?)
    case uses(now: Int?, written: Int, hours: Hours)
  }

  /// What is said: one of the names above.
  public var name: Name {
    switch content {
    case .secretVersions: .secretVersions
    case .secretInUse: .secretInUse
    case .closed: .closed
    case .uses: .uses
    }
  }

  init(_ content: Content, by publisher: ResourceID, about: String) {
    self.publisher = publisher
    self.about = about
    self.content = content
  }

  /// The publisher keeps the secret `name`: `current` is to be used, `previous` still works.
  public static func secretVersions(
    by publisher: ResourceID, name: String, current: Int, previous: [Int]
  ) -> Fact {
    Fact(.secretVersions(current: current, previous: previous), by: publisher, about: name)
  }

  /// The publisher has something running that was given `version` of the secret `name`.
  public static func secretInUse(by publisher: ResourceID, name: String, version: Int) -> Fact {
    Fact(.secretInUse(version), by: publisher, about: name)
  }

  /// So many of the publisher are in use `now`, nil where that is not known; `written` is how many are to be, in `hours`.
  public static func uses(by publisher: ResourceID, now: Int?, written: Int, hours: Hours) -> Fact {
    Fact(.uses(now: now, written: written, hours: hours), by: publisher, about: publisher.name)
  }

  /// Whether it says that a version is in use that `versions` calls a former one.
  public func isAboutFormer(in versions: Fact) -> Bool {
    guard case .secretInUse(let version) = content, case .secretVersions(_, let previous) = versions.content
    else {
      return false
    }
    return about == versions.about && previous.contains(version)
  }

  /// How many are in use, where this says so.
  var quantity: Int64? {
    guard case .uses(let now?, _, _) = content else { return nil }
    return Int64(now)
  }

  /// The publisher is off as written, until `instant` where it opens again by itself.
  public static func closed(_ publisher: ResourceID, until instant: Instant?) -> Fact {
    Fact(.closed(until: instant), by: publisher, about: publisher.name)
  }
}

/// How much of something is in use, and is to be.
public struct Use: Sendable, Hashable {
  /// What it is.
  public let publisher: ResourceID
  /// How many are in use; nil where that is not known.
  public let now: Int64?
  /// How many are written.
  public let written: Int64
  /// When they are to run.
  public let hours: Hours

  init?(_ fact: Fact) {
    guard case .uses(let now, let written, let hours) = fact.content else { return nil }
    publisher = fact.publisher
    self.now = now.map(Int64.init)
    self.written = Int64(written)
    self.hours = hours
  }
}
