import ArgumentParser
import StatusAPI

/// What the shells offer for an argument, asked of the daemon at the moment of the key press.
extension CompletionKind {
  /// The environments.
  static let environment = names { body in body.environments.map(\.name) }

  /// Everything that is kept: `staging/instances/web`.
  static let resource = names { body in body.resources.map(\.id) }

  /// What one section keeps. The command says which section is meant, but the name in full is never wrong.
  static func resource(in section: String) -> CompletionKind {
    names { body in body.resources.filter { $0.controller == section }.map(\.id) }
  }

  /// Environments, and what is kept in them.
  static let subject = names { body in
    body.environments.flatMap { environment in [environment.name] + environment.resources.map(\.id) }
  }

  /// Environments, their sections and what is kept in them.
  static let scope = names { body in
    body.environments.flatMap { environment in
      [environment.name]
        + body.controllers.filter { environment.cells[$0] != nil }.map { "\(environment.name)/\($0)" }
        + environment.resources.map(\.id)
    }
  }

  /// What somebody holds open, closed or suspended just now.
  static func ordered(_ kinds: Set<String>) -> CompletionKind {
    names { body in body.environments.flatMap(\.orders).filter { kinds.contains($0.kind) }.map(\.scope) }
  }

  /// The numbers of the actions that wait for an approval; those of the resource that stands before, if one does.
  static let digest = CompletionKind.custom { words, _, _ in
    let resources = KeyPress(words: words).ask(.plan())?.resources ?? []
    let named = resources.filter { words.contains($0.id) }
    return (named.isEmpty ? resources : named).flatMap(\.actions).compactMap(\.digest)
  }

  private static func names(_ pick: @escaping @Sendable (StatusBody) -> [String]) -> CompletionKind {
    .custom { words, _, prefix in
      let all = KeyPress(words: words).ask(.status).map(pick) ?? []
      return Array(all.filter { $0.hasPrefix(prefix) }.prefix(namesMax))
    }
  }

  /// More than anybody reads: of thousands of names a shell would only ask whether to show them.
  private static let namesMax = 500
}

extension StatusBody {
  fileprivate var resources: [ResourceBody] { environments.flatMap(\.resources) }
}
