import Reconciliation

/// The line of `systemctl status`: `3 environments: dev closed, staging ready, production waiting`. Of many, how many
/// are how.
///
/// It is made anew where a turn touched an environment and that stands differently now: to ask every resource of every
/// environment at every turn would make an edit cost in proportion to all there is.
struct StatusLine {
  private var states: [String: String] = [:]
  private(set) var text = "0 environments: "

  /// So many environments are named.
  private static let namesMax = 20

  /// Looks at the environments that a turn touched.
  mutating func update(_ touched: Set<String>, from reconciler: Reconciler) {
    var changed = false
    for name in touched {
      let state = reconciler.environments[name].map { environment in
        reconciler.state(of: name).rawValue + (environment.refusal == nil ? "" : " (file refused)")
      }
      guard states[name] != state else { continue }
      states[name] = state
      changed = true
    }
    guard changed else { return }
    let parts =
      states.count <= StatusLine.namesMax
      ? states.sorted { $0.key < $1.key }.map { "\($0) \($1)" }
      : Dictionary(grouping: states.values, by: \.self).sorted { $0.key < $1.key }.map {
        "\($1.count) \($0)"
      }
    text = "\(states.count) environments: \(parts.joined(separator: ", "))"
  }
}

extension Inbox.Item {
  /// The environment that it is about, if it is about one.
  var environment: String? {
    guard case .input(let input) = self else { return nil }
    switch input {
    case .adopted(let adopted): return adopted.header.name
    case .refused(let environment, _, _, _), .released(let environment): return environment
    case .observed(let id, _), .noticed(let id), .finished(_, let id, _): return id.environment
    case .requested(let request, _): return request.ask.scope.environment
    case .started, .stopping, .turnedAway, .woke: return nil
    }
  }
}
