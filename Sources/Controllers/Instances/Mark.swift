import Calendar
import Reconciliation

/// What a process bears in its environment, and the door to processes keeps of it on the disk, to say which instance it is and what it was started with, so that a daemon
/// that starts anew knows its children again. Nothing in it is secret.
struct Mark: Sendable, Hashable {
  /// Every variable that the daemon sets for itself begins so.
  static let prefix = "STEWARD_"

  var resource: ResourceID
  var index: Int
  var revision: String
  var startedAt: Instant
  var secrets: [SecretGrant]

  /// What the door to processes finds it by, which stands in `STEWARD_INSTANCE`.
  var instance: String { Mark.instance(index, of: resource) }

  /// `staging/instances/web#1`.
  static func instance(_ index: Int, of resource: ResourceID) -> String { "\(resource)#\(index)" }

  /// The index in the name of an instance of `resource`; nil for that of any other.
  static func index(of instance: String, in resource: ResourceID) -> Int? {
    let prefix = "\(resource)#"
    guard instance.hasPrefix(prefix), let index = Int(instance.dropFirst(prefix.count)), index > 0 else {
      return nil
    }
    return index
  }

  /// The mark as variables.
  var variables: [String: String] {
    [
      "STEWARD_ENVIRONMENT": resource.environment,
      "STEWARD_REVISION": revision,
      "STEWARD_STARTED": "\(startedAt)",
      "STEWARD_SECRETS": secrets.map(\.description).joined(separator: ","),
    ]
  }

  init(resource: ResourceID, index: Int, revision: String, startedAt: Instant, secrets: [SecretGrant]) {
    self.resource = resource
    self.index = index
    self.revision = revision
    self.startedAt = startedAt
    self.secrets = secrets
  }

  /// Reads what the instance `index` of `resource` was started with; nil where that is not said.
  init?(of resource: ResourceID, index: Int, variables: [String: String]) {
    guard let revision = variables["STEWARD_REVISION"],
      let startedAt = variables["STEWARD_STARTED"].flatMap(Instant.init(rfc3339:))
    else { return nil }
    let secrets = (variables["STEWARD_SECRETS"] ?? "").split(separator: ",").compactMap { SecretGrant($0) }
    self.init(resource: resource, index: index, revision: revision, startedAt: startedAt, secrets: secrets)
  }
}
