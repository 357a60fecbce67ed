/// What an action can cost. The environment's `guard` says what each risk needs before it may happen.
public enum Risk: String, Sendable, Codable, Comparable, CaseIterable {
  /// Does what the file says, costs nobody anything: starting, archiving, purging what the rules no longer keep.
  case safe
  /// A user could notice: restarting, switching over.
  case disruptive
  /// Cannot be undone and takes more than the rules alone would: deleting what they still keep.
  case destructive

  public static func < (left: Risk, right: Risk) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .safe: 0
    case .disruptive: 1
    case .destructive: 2
    }
  }
}

/// What the environment asks for before an action of one risk may begin.
public enum Requirement: Sendable, Hashable {
  /// Nothing: it happens as soon as it is planned.
  case nothing
  /// The environment's change window must be open.
  case window
  /// That many different people with this role must have approved just this action.
  case approvals(Int, role: String)
}

/// The environment's `guard`: a requirement for each risk. Safe actions never need anything.
public struct Guard: Sendable, Hashable {
  /// What a disruptive action needs.
  public let disruptive: Requirement
  /// What a destructive action needs.
  public let destructive: Requirement

  /// What an environment that writes no `guard` asks: nothing for disruption, the window for destruction.
  public static let `default` = Guard(disruptive: .nothing, destructive: .window)

  /// A guard with these requirements.
  public init(disruptive: Requirement, destructive: Requirement) {
    self.disruptive = disruptive
    self.destructive = destructive
  }

  /// What an action of `risk` needs.
  public func requirement(for risk: Risk) -> Requirement {
    switch risk {
    case .safe: .nothing
    case .disruptive: disruptive
    case .destructive: destructive
    }
  }
}

/// What a role may do in an environment. The file's `access` section gives each permission to roles.
public enum Permission: String, Sendable, Codable, CaseIterable {
  /// See status, plans, reasons and events.
  case read
  /// Open, close, suspend, resume, rotate, drill, restart, reconcile.
  case operate
  /// Approve what `guard` holds back.
  case approve
  /// Read secrets' values.
  case secrets
}
