import Reconciliation

/// Which environments a caller may see.
enum Sight: Hashable, Sendable {
  /// All of them: root, and the user that the daemon runs as.
  case everything
  /// Those in which one of the caller's roles has the permission `read`.
  case only(Set<String>)

  /// What `caller` may see; nil where that is nothing.
  init?(of caller: Caller, in reconciler: Reconciler) {
    guard !caller.isOwner else {
      self = .everything
      return
    }
    let names = reconciler.environments.filter { _, state in
      state.header.map { caller.may(.read, in: $0) } == true
    }
    guard !names.isEmpty else { return nil }
    self = .only(Set(names.keys))
  }

  /// Whether the caller may see what is said of `environment`; nil stands for the daemon itself.
  func reaches(_ environment: String?) -> Bool {
    switch self {
    case .everything: true
    case .only(let names): environment.map(names.contains) ?? true
    }
  }

  /// The names, as a query of the log takes them; nil for all.
  var environments: Set<String>? {
    guard case .only(let names) = self else { return nil }
    return names
  }
}
