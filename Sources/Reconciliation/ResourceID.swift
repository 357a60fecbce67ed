/// The name of one kept thing: `environment/controller/name`, as people type it: `staging/instances/web`.
///
/// One reference: each step of the reducer looks several things up by it, and must neither copy nor hash three strings
/// each time.
public struct ResourceID: Sendable, Hashable, Comparable, CustomStringConvertible {
  private let parts: Parts

  /// The environment's name, from the file's `environment:` key.
  public var environment: String { parts.environment }
  /// The controller's name, which is also the file's section: `instances`, `secrets`, …
  public var controller: String { parts.controller }
  /// The name that the operator gave it inside the section.
  public var name: String { parts.name }

  /// Names the resource `name` that `controller` keeps in `environment`.
  public init(environment: String, controller: String, name: String) {
    parts = Parts(environment, controller, name)
  }

  /// Reads `environment/controller/name`; nil where it has not exactly three non-empty parts.
  public init?(_ text: String) {
    guard let scope = Scope(text), let resource = scope.resource else { return nil }
    self = resource
  }

  public var description: String { "\(environment)/\(controller)/\(name)" }

  public static func == (left: ResourceID, right: ResourceID) -> Bool {
    left.parts === right.parts
      || left.parts.hash == right.parts.hash && left.name == right.name && left.controller == right.controller
        && left.environment == right.environment
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(parts.hash) }

  public static func < (left: ResourceID, right: ResourceID) -> Bool {
    left.parts !== right.parts
      && (left.environment, left.controller, left.name) < (right.environment, right.controller, right.name)
  }

  private final class Parts: Sendable {
    let environment: String
    let controller: String
    let name: String
    let hash: Int

    init(_ environment: String, _ controller: String, _ name: String) {
      self.environment = environment
      self.controller = controller
      self.name = name
      var hasher = Hasher()
      hasher.combine(environment)
      hasher.combine(controller)
      hasher.combine(name)
      hash = hasher.finalize()
    }
  }
}

/// What a request, an override or an event is about: an environment, one of its sections, or one resource.
public struct Scope: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The environment's name.
  public let environment: String
  /// The section, or nil for the whole environment.
  public let controller: String?
  /// The resource's name, or nil for the whole section.
  public let name: String?
  /// The resource that this names, or nil where it names more than one.
  public let resource: ResourceID?

  /// A whole environment.
  public init(environment: String) {
    self.environment = environment
    self.controller = nil
    self.name = nil
    self.resource = nil
  }

  /// One section of an environment.
  public init(environment: String, controller: String) {
    self.environment = environment
    self.controller = controller
    self.name = nil
    self.resource = nil
  }

  /// One resource.
  public init(_ resource: ResourceID) {
    self.environment = resource.environment
    self.controller = resource.controller
    self.name = resource.name
    self.resource = resource
  }

  /// Reads one to three parts divided by `/`; nil where a part is empty or there are more.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.environment = parts[0]
    self.controller = parts.count > 1 ? parts[1] : nil
    self.name = parts.count > 2 ? parts[2] : nil
    self.resource =
      parts.count > 2 ? ResourceID(environment: parts[0], controller: parts[1], name: parts[2]) : nil
  }

  /// Whether what is said of this scope is said of `resource`.
  public func contains(_ resource: ResourceID) -> Bool {
    environment == resource.environment
      && (controller == nil || controller == resource.controller)
      && (name == nil || name == resource.name)
  }

  public var description: String {
    [environment, controller, name].compactMap(\.self).joined(separator: "/")
  }

  public static func < (left: Scope, right: Scope) -> Bool { left.description < right.description }
}
