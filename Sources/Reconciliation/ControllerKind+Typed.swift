// For whoever knows which controller it has before him: a simulated world, which is made of a controller's own types.

extension AnyObserved {
  /// What a controller observed, with its type hidden.
  public init(typed observed: some Sendable & Codable & Equatable) { self.init(observed) }

  /// The observation as its controller knows it; nil where it is another's.
  public func typed<Observed: Sendable>(as type: Observed.Type = Observed.self) -> Observed? {
    opaque.value as? Observed
  }
}

extension AnyAction {
  /// The action as its controller knows it; nil where it is another's.
  public func typed<Action: ControllerAction>(as type: Action.Type = Action.self) -> Action? {
    opaque.value as? Action
  }
}

extension AnyResource {
  /// The resource as its controller knows it; nil where it is another's.
  public func typed<Written: Sendable>(as type: Written.Type = Written.self) -> Resource<Written>? {
    guard let spec = spec.value as? Written else { return nil }
    return map { _ in spec }
  }
}
