import Calendar
import CrashPoints
import Host
import Reconciliation
import SecretStore

/// The store as this controller speaks of it. Every error of it becomes a ``Failure`` here, and none holds a
/// value.
extension SecretsController {
  func versions(of id: ResourceID, for operation: String) async throws -> [SecretVersion] {
    try await stored(operation) { try await store.versions(of: id.secret).sorted { $0.number < $1.number } }
  }

  func value(of id: ResourceID, version: Int, for operation: String) async throws -> Secret {
    try await stored(operation) { try await store.value(of: id.secret, version: version) }
  }

  /// Every value of a secret, the likeliest to work first.
  func candidates(of id: ResourceID, for operation: String) async throws -> [Secret] {
    try await stored(operation) { try await store.candidates(of: id.secret) }
  }

  /// Adds `value` with the number `number`, or the next one that the store never gave out. A store that came
  /// back from an old copy would give out numbers again: those are passed over, each version that bears one
  /// being removed at once.
  func add(
    _ value: Secret, as number: Int, for user: String?, to id: ResourceID, for operation: String
  ) async throws -> Int {
    try await stored(operation) {
      for _ in 0..<Self.numbersPassedMax {
        let added = try await effect("secrets.add") {
          try await store.add(value, to: id.secret, at: clock.now, user: user)
        }
        if added.number >= number { return added.number }
        try await effect("secrets.pass") { try await store.remove(id.secret, version: added.number) }
      }
      throw Failure(
        .needsOperator, code: "numbers", operation: operation, subject: "\(id)",
        cause:
          "the store is more than \(Self.numbersPassedMax) versions behind the log; bring back a newer copy"
      )
    }
  }

  /// A rotation each day for three years, lost.
  private static let numbersPassedMax = 1000

  func mark(
    _ version: Int, of id: ResourceID, as phase: SecretVersion.Phase, overlapUntil: Instant? = nil,
    for operation: String
  ) async throws {
    try await stored(operation) {
      try await effect("secrets.mark") {
        try await store.mark(id.secret, version: version, as: phase, overlapUntil: overlapUntil)
      }
    }
  }

  func remove(_ version: Int, of id: ResourceID, for operation: String) async throws {
    try await stored(operation) {
      try await effect("secrets.remove") { try await store.remove(id.secret, version: version) }
    }
  }

  /// Whether the store still has what was replaced.
  func hasSuperseded(_ id: ResourceID, for operation: String) async throws -> Bool {
    try await stored(operation) { try await store.hasLeftovers(of: id.secret) }
  }

  func removeSuperseded(_ id: ResourceID, for operation: String) async throws {
    try await stored(operation) { try await store.removeLeftovers(of: id.secret) }
  }

  private func stored<Value>(_ operation: String, _ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as SecretStoreError {
      throw Failure(error, operation: operation)
    } catch let error as HostError {
      throw Failure(error, operation: operation)
    }
  }
}

extension ResourceID {
  fileprivate var secret: SecretID { SecretID(environment: environment, name: name) }
}

extension Failure {
  init(_ error: SecretStoreError, operation: String) {
    // What is absent or refused changed since the look: the next one will see. What is damaged or denied does not
    // mend itself.
    self.init(
      [.damaged, .denied].contains(error.kind) ? .needsOperator : .transient, code: "store",
      operation: operation,
      subject: error.subject, cause: error.message)
  }

  /// An error of a door to the machine. A folder that is missing is for a person to make, not for the file to
  /// change.
  init(_ error: HostError, operation: String) {
    self.init(
      error.class == .transient ? .transient : .needsOperator, code: "host", operation: operation,
      subject: error.subject, cause: error.reason)
  }
}
