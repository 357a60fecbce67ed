import Calendar

/// One version as a store keeps it, whatever it keeps the value in.
protocol StoredVersion {
  var version: Int { get }
  var phase: SecretVersion.Phase { get set }
  var overlapUntil: Instant? { get set }
}

/// What every store of secrets permits, and what follows from a mark.
extension Array where Element: StoredVersion {
  /// Versions that one secret can have at once: the current one, one underway, and previous ones whose overlaps a stopped
  /// daemon did not end. More than this is a loop that went wrong.
  static var versionsMax: Int { 16 }

  /// - Throws: ``SecretStoreError`` of kind `refused` where no version may be added, or not this value.
  func checkRoom(for value: Secret, of secret: SecretID, bytesMax: Int) throws(SecretStoreError) {
    func refusal(_ message: String) -> SecretStoreError { SecretStoreError(.refused, "\(secret)", message) }
    if let underway = first(where: { $0.phase.isUnderway }) {
      throw refusal("version \(underway.version) is \(underway.phase.rawValue): it comes first")
    }
    guard count < Self.versionsMax else {
      throw refusal("has \(count) versions, more than any rotation leaves behind")
    }
    guard (1...bytesMax).contains(value.count) else {
      throw refusal("a value has 1 to \(bytesMax) bytes, this one has \(value.count)")
    }
  }

  /// Says how far a version has come; of a former current one, until when it is valid.
  /// - Throws: ``SecretStoreError`` of kind `absent`.
  mutating func mark(
    _ version: Int, of secret: SecretID, as phase: SecretVersion.Phase, overlapUntil: Instant?
  ) throws(SecretStoreError) {
    let index = try index(of: version, secret)
    if phase == .current {
      for other in indices where other != index && self[other].phase == .current {
        self[other].phase = .previous
        self[other].overlapUntil = overlapUntil
      }
    }
    self[index].phase = phase
    self[index].overlapUntil = phase == .previous ? overlapUntil : nil
  }

  /// Forgets a version.
  /// - Throws: ``SecretStoreError`` of kind `absent`, or `refused` where it is the current one.
  mutating func forget(_ version: Int, of secret: SecretID) throws(SecretStoreError) {
    let index = try index(of: version, secret)
    guard self[index].phase != .current else {
      throw SecretStoreError(
        .refused, "\(secret)", "version \(version) is the current one, and is not removed")
    }
    remove(at: index)
  }

  /// - Throws: ``SecretStoreError`` of kind `absent`.
  func index(of version: Int, _ secret: SecretID) throws(SecretStoreError) -> Int {
    guard let index = firstIndex(where: { $0.version == version }) else {
      throw SecretStoreError(.absent, "\(secret)", "there is no version \(version)")
    }
    return index
  }
}
