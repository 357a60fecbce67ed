import Calendar
import Host
import Reconciliation

extension InstancesController {
  /// Everything that a start needs. It holds secrets: it is never printed, and lives as long as the start.
  struct Launch {
    var spec: InstancesSpec
    var mark: Mark
    /// The secrets' values by variable.
    var secrets: [String: String]
  }

  func launch(
    _ instance: InstanceName, _ revision: String, _ grants: [SecretGrant],
    of resource: Resource<InstancesSpec>
  ) async throws -> Launch {
    let mark = Mark(
      resource: resource.id, index: instance.index, revision: revision, startedAt: clock.now, secrets: grants)
    do {
      return Launch(
        spec: resource.spec, mark: mark, secrets: try await variables(of: grants, in: resource.id.environment)
      )
    } catch let error as CancellationError {
      throw error
    } catch let error as Failure {
      throw error
    } catch {
      // What the store says is not passed on: it is not this controller's word that it holds no secret.
      throw Failure(
        .transient, code: "secret", operation: "start \(instance)", subject: "its secrets",
        cause: "a version of \(grants.map(\.name).joined(separator: ", ")) cannot be read")
    }
  }

  /// The secrets by variable: `NAME`, and `NAME_PREVIOUS` while an overlap lasts; each with the account that it is the password
  /// of as `…_USER`, where it is one's.
  private func variables(of grants: [SecretGrant], in environment: String) async throws -> [String: String] {
    var variables: [String: String] = [:]
    for (name, secret) in try await secrets(of: grants, in: environment) {
      variables[name] = secret.value
      variables[name + ChildEnvironment.userSuffix] = secret.user
    }
    return variables
  }

  /// What must be shown to nobody: the secrets' values.
  func values(of grants: [SecretGrant], in environment: String) async throws -> [String] {
    try await secrets(of: grants, in: environment).map(\.value.value)
  }

  private func secrets(
    of grants: [SecretGrant], in environment: String
  ) async throws -> [String: (value: String, user: String?)] {
    var secrets: [String: (value: String, user: String?)] = [:]
    for grant in grants {
      secrets[grant.name] = try await secretValue(environment, grant.name, grant.current)
      guard let previous = grant.previous else { continue }
      secrets[grant.name + ChildEnvironment.previousSuffix] = try await secretValue(
        environment, grant.name, previous)
    }
    return secrets
  }

  /// Looks whether a start has a chance, before what runs is given up for it: only what is certainly missing counts.
  func check(_ launch: Launch) async throws {
    guard let program = launch.spec.run.first, let slash = program.lastIndex(of: "/") else { return }
    let folder = slash == program.startIndex ? "/" : String(program[..<slash])
    let name = String(program[program.index(after: slash)...])
    let missing = await missing([(launch.spec.folder, nil), (folder, name)])
    guard let missing else { return }
    throw Failure(
      .needsOperator, code: "missing", operation: "restart \(launch.mark.resource.name)#\(launch.mark.index)",
      subject: missing, cause: "it is not there; what runs now was left running")
  }

  private func missing(_ wanted: [(folder: String, name: String?)]) async -> String? {
    try? await offPool {
      for (folder, name) in wanted {
        do throws(HostError) {
          let names = try PlainFile.names(in: folder)
          if let name, !names.contains(name) { return folder == "/" ? "/\(name)" : "\(folder)/\(name)" }
        } catch {
          if error.isAbsent { return folder }
        }
      }
      return nil
    }
  }
}
