public import Calendar
import FoundationEssentials
public import Host

/// Secrets in a store of somebody else's, which keeps one ``SecretDocument`` for each, as text, and need not know what is in it.
///
/// A document is replaced only where it is still the one that was read: two stewards never lose a change to each other.
public struct DocumentStore: SecretStore {
  private let transport: any DocumentTransport

  /// The longest value, in bytes: as in the sealed store.
  static let valueBytesMax = SealedStore.valueBytesMax
  /// The longest document: versions, each in base64 and then in a text of JSON.
  static let documentBytesMax = 4 << 20

  /// A store behind a program, an absolute path and its arguments, run through `commands`; see ``ExecTransport``.
  public init(behind program: [String], commands: any CommandRunner = SubprocessRunner()) {
    transport = ExecTransport(program, commands: commands)
  }

  /// A store in a vault, which is asked through curl, run through `commands`. Its tokens' ends are told by `clock`.
  public init(
    in vault: VaultSettings, commands: any CommandRunner = SubprocessRunner(),
    clock: any WallClock = SystemClock()
  ) {
    transport = VaultTransport(vault, commands: commands, clock: clock)
  }

  public func versions(of secret: SecretID) async throws -> [SecretVersion] {
    try await read(secret).document.versions.map(\.metadata).sorted { $0.number < $1.number }
  }

  public func value(of secret: SecretID, version: Int) async throws -> Secret {
    let versions = try await read(secret).document.versions
    return Secret(versions[try versions.index(of: version, secret)].value)
  }

  public func add(
    _ value: Secret, to secret: SecretID, at created: Instant, user: String?
  ) async throws -> SecretVersion {
    try await change(secret) { document throws(SecretStoreError) in
      try document.versions.checkRoom(for: value, of: secret, bytesMax: Self.valueBytesMax)
      let entry = SecretDocument.Entry(
        version: document.next, created: created, phase: .pending, overlapUntil: nil,
        user: user, value: value.withBytes { Data($0) })
      document.versions.append(entry)
      document.next += 1
      return entry.metadata
    }
  }

  public func mark(
    _ secret: SecretID, version: Int, as phase: SecretVersion.Phase, overlapUntil: Instant?
  ) async throws {
    try await change(secret) { document throws(SecretStoreError) in
      try document.versions.mark(version, of: secret, as: phase, overlapUntil: overlapUntil)
    }
  }

  public func remove(_ secret: SecretID, version: Int) async throws {
    try await change(secret) { document throws(SecretStoreError) in
      try document.versions.forget(version, of: secret)
    }
  }

  public func hasLeftovers(of secret: SecretID) async throws -> Bool {
    try checkName(of: secret)
    return try await transport.hasCopies(of: secret)
  }

  public func removeLeftovers(of secret: SecretID) async throws {
    guard let revision = try await read(secret).revision else { return }
    try await transport.removeCopies(of: secret, before: revision)
  }

  /// No part may lead a program or a server elsewhere that takes it for a path.
  private func checkName(of secret: SecretID) throws(SecretStoreError) {
    guard secret.isWellFormed else {
      throw SecretStoreError(.refused, "\(secret)", "is no name that a path can have")
    }
  }

  private func read(_ secret: SecretID) async throws -> (document: SecretDocument, revision: String?) {
    try checkName(of: secret)
    guard let kept = try await transport.read(secret) else { return (SecretDocument(for: secret), nil) }
    return (try SecretDocument(kept.text, of: secret), kept.revision)
  }

  /// Reads, changes, and writes if nobody did meanwhile. A write that was cut off may have taken place all the same: the
  /// caller looks again before it does anything else.
  private func change<T: Sendable>(
    _ secret: SecretID, _ body: (inout SecretDocument) throws(SecretStoreError) -> T
  ) async throws -> T {
    let (before, revision) = try await read(secret)
    var document = before
    let result = try body(&document)
    if document == before { return result }
    try await transport.write(
      try document.text(of: secret), of: secret, replacing: revision,
      hiding: document.versions.flatMap { [Array($0.value), Array($0.value.base64EncodedString().utf8)] })
    return result
  }
}

/// How the documents of a ``DocumentStore`` come and go. All calls throw ``SecretStoreError``; of what cannot be read for
/// certain none returns nil.
protocol DocumentTransport: Sendable {
  /// What is kept of a secret, and a mark that changes with it; nil where nothing is, for certain.
  func read(_ secret: SecretID) async throws -> (text: String, revision: String)?

  /// Keeps a document, durably, if what is kept still has this revision; nil: if nothing is kept.
  /// - Parameter secrets: what no error may show.
  func write(
    _ text: String, of secret: SecretID, replacing revision: String?, hiding secrets: [[UInt8]]
  ) async throws

  /// Whether copies of documents before the one that is kept can still be had.
  func hasCopies(of secret: SecretID) async throws -> Bool

  /// Removes the copies before this revision for good.
  func removeCopies(of secret: SecretID, before revision: String) async throws
}

extension SecretStoreError {
  /// Somebody else's change came first; theirs is looked at, and then it is decided anew.
  static func conflict(_ secret: SecretID, at subject: String) -> SecretStoreError {
    SecretStoreError(.unavailable, subject, "\(secret) was changed by somebody else meanwhile")
  }
}
