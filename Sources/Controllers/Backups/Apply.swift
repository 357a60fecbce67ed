import CrashPoints
import Host
public import Reconciliation

extension BackupsController {
  public func apply(_ action: BackupsAction, to resource: Resource<BackupsSpec>) async throws -> Outcome {
    do {
      switch action.kind {
      case .verify: return try await effect("backups.verify") { try await verify(action.dump, of: resource) }
      case .drill: return try await effect("backups.drill") { try await drill(action.dump, of: resource) }
      }
    } catch let error as HostError {
      throw Failure(
        error.class == .needsOperator ? .needsOperator : .transient, code: "files",
        operation: "\(action.verb): \(error.operation)", subject: error.subject, cause: error.reason)
    }
  }
}
