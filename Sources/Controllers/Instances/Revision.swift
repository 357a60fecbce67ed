import Cryptography
import Reconciliation

extension InstancesSpec {
  /// What a running instance must have been started with to be as written: 16 hexadecimal digits over the command, the
  /// folder, the port, the variables and the secrets' current versions. Of secrets only names and numbers enter, so the
  /// digest tells nothing of a value. How many there are, when, and how they are stopped changes no instance.
  func revision(with grants: [SecretGrant]) -> String {
    let inputs: JSON = [
      "run": .array(run.map { .string($0) }),
      "folder": .string(folder),
      "port": port.map { .integer(Int64($0)) } ?? .null,
      "variables": .object(variables.mapValues { .string($0) }),
      "secrets": .array(grants.sorted().map { .string($0.currentOnly) }),
    ]
    return String(SHA256Digest(of: inputs.bytes).hex.prefix(16))
  }
}
