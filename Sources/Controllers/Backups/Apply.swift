import CrashPoints
import Host
import PgBackRest
public import Reconciliation

extension BackupsController {
  public func apply(_ action: BackupsAction, to resource: Resource<BackupsSpec>) async throws -> Outcome {
    do {
      if let pgbackrest = resource.spec.pgbackrest {
        return try await apply(action, by: pgbackrest, to: resource)
      }
      switch (action.kind, action.dump) {
      case (.verify, let dump?):
        return try await effect("backups.verify") { try await verify(dump, of: resource) }
      case (.drill, let dump?):
        return try await effect("backups.drill") { try await drill(dump, of: resource) }
      default: throw Self.writtenOtherwise(action)
      }
    } catch let error as HostError {
      throw Failure(
        error.class == .needsOperator ? .needsOperator : .transient, code: "files",
        operation: "\(action.verb): \(error.operation)", subject: error.subject, cause: error.reason)
    } catch let error as PgBackRestError {
      throw Failure(
        .transient, code: error.isLocked ? "locked" : "pgbackrest", operation: action.verb,
        subject: resource.spec.pgbackrest?.stanza ?? resource.id.name, cause: error.reason)
    }
  }

  private func apply(
    _ action: BackupsAction, by spec: PgBackRestSpec, to resource: Resource<BackupsSpec>
  ) async throws -> Outcome {
    switch (action.kind, action.dump) {
    case (.drill, let dump?):
      return try await effect("repository.drill") { try await drill(dump, by: spec, of: resource) }
    case (.backup, _):
      return try await effect("repository.backup") { try await backup(action.type ?? .full, by: spec) }
    case (.check, _): return try await effect("repository.check") { try await check(spec, of: resource) }
    case (.sweep, _): return try await effect("repository.sweep") { try await sweep(spec, of: resource) }
    default: throw Self.writtenOtherwise(action)
    }
  }

  private static func writtenOtherwise(_ action: BackupsAction) -> HostError {
    HostError(action.verb, action.description, "by now the file says `with` otherwise", class: .transient)
  }
}
