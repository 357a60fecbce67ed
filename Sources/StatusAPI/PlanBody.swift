public import Calendar

/// The answer to `GET /v1/plan`: what would be done at a moment, on what was last observed.
public struct PlanBody: Codable, Sendable, Hashable {
  /// The moment.
  public var at: Instant
  /// Whether that is now; else nothing of it has happened.
  public var isNow: Bool
  /// The resources, by name.
  public var resources: [ResourceBody]

  /// All members, as documented above.
  public init(at: Instant, isNow: Bool, resources: [ResourceBody]) {
    self.at = at
    self.isNow = isNow
    self.resources = resources
  }

  /// Whether anything differs from what is written, or may: an action is planned or under way, something must happen
  /// first, or a look failed or has not taken place yet, which is no ground for saying that nothing is to do.
  public var differs: Bool {
    resources.contains { resource in
      !resource.actions.isEmpty || resource.underWay != nil
        || ["changing", "waiting", "unknown"].contains(resource.state)
    }
  }
}
