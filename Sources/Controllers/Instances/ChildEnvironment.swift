import Host
import Reconciliation

/// The whole environment of an instance: nothing of the daemon's own is inherited, which may hold what no child should
/// see.
enum ChildEnvironment {
  /// A secret's previous version stands beside the current one under its name and this.
  static let previousSuffix = "_PREVIOUS"
  /// What the name of the account has after a secret's name.
  static let userSuffix = "_USER"

  /// What every process may count on: a search path, a home, a character set. Variables may say otherwise.
  static func base(of spec: InstancesSpec) -> [String: String] {
    ["PATH": Command.defaultPath, "HOME": spec.folder, "LANG": "C.UTF-8"]
  }

  /// The variables of the instance that bears `mark`, with the secrets' values by variable.
  static func variables(
    of spec: InstancesSpec, _ mark: Mark, secrets: [String: String]
  ) -> [String: String] {
    var variables = base(of: spec)
    variables.merge(spec.variables) { $1 }
    if let port = spec.port(of: mark.index) { variables["PORT"] = "\(port)" }
    variables.merge(secrets) { $1 }
    return variables
  }

  /// The command of the instance that bears `mark`.
  static func arguments(of spec: InstancesSpec, _ mark: Mark) -> [String] {
    var values = [
      "index": "\(mark.index)", "environment": mark.resource.environment, "name": mark.resource.name,
    ]
    values["port"] = spec.port(of: mark.index).map { "\($0)" }
    return Placeholders.fill(spec.run, with: values)
  }
}
