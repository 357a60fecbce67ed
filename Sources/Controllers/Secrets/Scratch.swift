import CrashPoints
import Host
import Reconciliation
import SecretStore

/// The copy of the value in force that `rotate` may read while it runs. A crash can leave it; a look finds
/// it, and it is removed.
extension SecretsController {
  func writeCopy(_ value: Secret?, of id: ResourceID, for operation: String) async throws -> String {
    let path = copyPath(of: id)
    return try await copying(operation) {
      try effect("secrets.copy") {
        try PrivateFile.removeLeftovers(of: path)
        try PrivateFile.write(value.map { $0.withBytes { $0 } } ?? [], to: path)
      }
      return path
    }
  }

  /// Removes the copy, and what a crash in the middle of writing it left.
  func removeCopies(of id: ResourceID, for operation: String) async throws {
    let path = copyPath(of: id)
    // Not cancelled with the action: a daemon that stops must not leave a value behind.
    try await Task {
      guard try await hasLeftover(id) else { return }
      try await copying(operation) {
        try effect("secrets.uncopy") {
          try PrivateFile.removeLeftovers(of: path)
          _ = try PrivateFile.remove(path)
        }
      }
    }.value
  }

  func hasLeftover(_ id: ResourceID) async throws -> Bool {
    let (scratch, name) = (scratch, copyName(of: id))
    return try await offPool {
      do throws(HostError) {
        return try Folder(scratch).entries().entries.contains { entry in
          let found = entry.name.description
          return found == name || found.hasPrefix(".\(name).")
        }
      } catch {
        // A folder in memory that nobody made yet holds nothing.
        if error.isAbsent { return false }
        throw error
      }
    }
  }

  private func copyName(of id: ResourceID) -> String { "\(id.environment).\(id.name).current" }

  private func copyPath(of id: ResourceID) -> String { "\(scratch)/\(copyName(of: id))" }

  private func copying<Value: Sendable>(
    _ operation: String, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    do {
      return try await offPool(body)
    } catch let error as HostError {
      throw Failure(error, operation: operation)
    }
  }
}
