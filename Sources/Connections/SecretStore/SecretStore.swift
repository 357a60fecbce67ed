public import Calendar

/// Where the versions of secrets are kept. ``SealedStore`` keeps them in sealed files, ``DocumentStore`` in somebody else's
/// store.
///
/// Every change is one durable step: after a crash it happened or it did not. All calls throw
/// ``SecretStoreError``.
public protocol SecretStore: Sendable {
  /// The versions of a secret by number, without their values; empty where it has none.
  func versions(of secret: SecretID) async throws -> [SecretVersion]

  /// The clear value of one version.
  func value(of secret: SecretID, version: Int) async throws -> Secret

  /// Keeps a new value, as the next version, `pending`. Refused while another version is underway: until it
  /// is decided whether that one took, a third value would leave nobody knowing which is right.
  ///
  /// - Parameter user: The account that the value is the password of; nil where there is none.
  func add(_ value: Secret, to secret: SecretID, at created: Instant, user: String?) async throws
    -> SecretVersion

  /// Says how far a version has come.
  ///
  /// - Parameter overlapUntil: For `previous`: until when that version stays valid. For `current`: the same
  ///   of the version that was current, which becomes `previous` in the same step, so that there is one
  ///   current version at every moment.
  func mark(
    _ secret: SecretID, version: Int, as phase: SecretVersion.Phase, overlapUntil: Instant?
  ) async throws

  /// Forgets a version and its value. Refused for the current one.
  func remove(_ secret: SecretID, version: Int) async throws

  /// Whether what was replaced can still be had from the store, removed values among it: a change that was cut off behind
  /// its first half leaves that.
  func hasLeftovers(of secret: SecretID) async throws -> Bool

  /// Removes that for good.
  func removeLeftovers(of secret: SecretID) async throws
}

/// A store that replaces what it keeps in one step.
extension SecretStore {
  public func hasLeftovers(of secret: SecretID) async throws -> Bool { false }
  public func removeLeftovers(of secret: SecretID) async throws {}
}

extension SecretStore {
  /// Every value that a server may take, the likeliest first: the one in force, then the others from the newest on, for one of
  /// them may be on its way. Empty where the secret has none.
  public func candidates(of secret: SecretID) async throws -> [Secret] {
    let versions = try await versions(of: secret)
    let others = versions.filter { $0.phase != .current }.sorted { $0.number > $1.number }
    var values: [Secret] = []
    for version in versions.filter({ $0.phase == .current }) + others {
      do {
        values.append(try await value(of: secret, version: version.number))
      } catch let error as SecretStoreError where error.kind == .absent {
        // Its rotation ends while this looks.
        continue
      }
    }
    return values
  }

  /// Keeps a new value that is no account's password.
  public func add(_ value: Secret, to secret: SecretID, at created: Instant) async throws -> SecretVersion {
    try await add(value, to: secret, at: created, user: nil)
  }

  /// Says how far a version has come, where no overlap is meant.
  public func mark(_ secret: SecretID, version: Int, as phase: SecretVersion.Phase) async throws {
    try await mark(secret, version: version, as: phase, overlapUntil: nil)
  }
}

extension [Secret] {
  /// Does `body` with each of them in turn until one is not refused as a wrong one, and with none where there is none
  /// (``SecretStore/candidates(of:)``).
  /// - Parameter isRefusal: whether what `body` threw says that the value was wrong.
  /// - Throws: what `body` throws with the last one, or for another reason.
  public func inTurn<T>(
    isRefusal: (any Error) -> Bool, _ body: (Secret?) async throws -> T
  ) async throws -> T {
    for value in dropLast() {
      do { return try await body(value) } catch  where isRefusal(error) { continue }
    }
    return try await body(last)
  }
}
