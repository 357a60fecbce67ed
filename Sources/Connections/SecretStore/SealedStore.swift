public import Calendar
import CrashPoints
public import Cryptography
import FoundationEssentials
public import Host
import Synchronization

/// Secrets in files, each value sealed: `STATE/secrets/ENVIRONMENT/NAME.json`, mode 0600 in folders of mode
/// 0700. A file is replaced as a whole, durably. One process at a time uses a state folder.
public final class SealedStore: SecretStore {
  /// The longest value, in bytes: a certificate chain with its key fits.
  public static let valueBytesMax = 64 << 10

  private let secretsPath: String
  private let state: String
  private let key: SealingKey
  private let randomness: any Randomness
  /// Held from reading a file to having replaced it, so that no change is lost between two.
  private let changing = Mutex(())

  /// Keeps secrets below the folder `state`, an absolute path to a folder that exists.
  /// - Parameter key: See ``SealingKey/load(state:credentials:randomness:)``.
  public init(state: String, key: SealingKey, randomness: any Randomness = SystemRandomness()) {
    self.state = state
    self.secretsPath = "\(state)/\(Self.folderName)"
    self.key = key
    self.randomness = randomness
  }

  static let folderName = "secrets"
  static let ending = ".json"
  /// Versions, each in base64, and what is around them.
  static let fileBytesMax = [SealedFile.Entry].versionsMax * (valueBytesMax * 4 / 3 + 512) + 4_096

  public func versions(of secret: SecretID) async throws -> [SecretVersion] {
    try await offPool { [self] in try read(secret).versions.map(\.metadata).sorted { $0.number < $1.number } }
  }

  public func value(of secret: SecretID, version: Int) async throws -> Secret {
    try await offPool { [self] in
      let file = try read(secret)
      let entry = file.versions[try file.versions.index(of: version, secret)]
      do {
        let context = SealedFile.context(of: secret, version: version)
        return Secret(try key.open(Array(entry.sealed), context: context))
      } catch {
        throw SecretStoreError(.damaged, path(of: secret), "version \(version): \(error)")
      }
    }
  }

  public func add(
    _ value: Secret, to secret: SecretID, at created: Instant, user: String?
  ) async throws -> SecretVersion {
    try await change(secret) { [key] file throws(SecretStoreError) in
      try file.versions.checkRoom(for: value, of: secret, bytesMax: Self.valueBytesMax)
      let entry = try SealedFile.Entry(
        value, created: created, as: file.next, for: user, of: secret, with: key)
      file.versions.append(entry)
      file.next += 1
      return entry.metadata
    }
  }

  public func mark(
    _ secret: SecretID, version: Int, as phase: SecretVersion.Phase, overlapUntil: Instant?
  ) async throws {
    try await change(secret) { file throws(SecretStoreError) in
      try file.versions.mark(version, of: secret, as: phase, overlapUntil: overlapUntil)
    }
  }

  public func remove(_ secret: SecretID, version: Int) async throws {
    try await change(secret) { file throws(SecretStoreError) in
      try file.versions.forget(version, of: secret)
    }
  }

  private func change<T: Sendable>(
    _ secret: SecretID, _ body: @escaping @Sendable (inout SealedFile) throws(SecretStoreError) -> T
  ) async throws -> T {
    try await offPool { [self] in
      try changing.withLock { _ in
        var file = try read(secret)
        let before = file
        let result = try body(&file)
        if file != before { try write(file, secret) }
        return result
      }
    }
  }

  private func read(_ secret: SecretID) throws(SecretStoreError) -> SealedFile {
    guard secret.isWellFormed else { throw Self.refusal(secret, "is no name that a file can have") }
    let path = path(of: secret)
    do {
      guard let bytes = try PrivateFile.read(path, bytesMax: Self.fileBytesMax, onlyPrivate: true) else {
        return SealedFile(key: key)
      }
      return try SealedFile(bytes, at: path, of: secret, with: key)
    } catch let error as HostError {
      throw SecretStoreError(error.class == .terminal ? .damaged : .unavailable, path, "\(error)")
    } catch let error as SecretStoreError {
      throw error
    } catch {
      throw SecretStoreError(.unavailable, path, "cannot be read")
    }
  }

  private func write(_ file: SealedFile, _ secret: SecretID) throws {
    let path = path(of: secret)
    do {
      let bytes = try file.encoded(for: secret, with: key)
      try effect("store.folder") { try makeFolder(of: secret) }
      try effect("store.sweep") { try PrivateFile.removeLeftovers(of: path) }
      try effect("store.write") { try PrivateFile.write(bytes, to: path, randomness: randomness) }
    } catch let error as HostError {
      throw SecretStoreError(.unavailable, path, "\(error)")
    }
  }

  private func makeFolder(of secret: SecretID) throws {
    let state = try Folder(state)
    guard let name = FileName(Self.folderName), let environment = FileName(secret.environment) else {
      throw Self.refusal(secret, "is no name that a file can have")
    }
    let secrets = try state.makeFolder(name)
    try state.sync()
    _ = try secrets.makeFolder(environment)
    try secrets.sync()
  }

  private func path(of secret: SecretID) -> String {
    "\(secretsPath)/\(secret.environment)/\(secret.name)\(Self.ending)"
  }

  private static func refusal(_ secret: SecretID, _ message: String) -> SecretStoreError {
    SecretStoreError(.refused, "\(secret)", message)
  }
}

extension SealedFile.Entry {
  fileprivate init(
    _ value: Secret, created: Instant, as version: Int, for user: String?, of secret: SecretID,
    with key: SealingKey
  ) throws(SecretStoreError) {
    let context = SealedFile.context(of: secret, version: version)
    do {
      let sealed = try value.withBytes { bytes throws(SealingError) in try key.seal(bytes, context: context) }
      self.init(
        version: version, created: created, phase: .pending, overlapUntil: nil, user: user,
        sealed: .init(sealed))
    } catch {
      throw SecretStoreError(.unavailable, "\(secret)", "\(error)")
    }
  }
}
