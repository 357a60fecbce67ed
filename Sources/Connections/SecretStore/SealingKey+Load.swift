import CrashPoints
public import Cryptography
public import Host

extension SealingKey {
  /// The name of the systemd credential: `LoadCredentialEncrypted=steward-key`.
  public static let credentialName = "steward-key"
  static let fileName = "secrets.key"

  /// The key that seals the secrets below the folder `state`: the systemd credential where there is one, else
  /// the file `secrets.key` in `state`, which is made on the first start. Either holds 32 bytes, or 64
  /// hexadecimal digits. Blocks the thread that calls it.
  ///
  /// - Parameter credentials: `$CREDENTIALS_DIRECTORY` (systemd.exec(5)).
  /// - Throws: ``SecretStoreError`` where others may read the file, where it is no key, and where there is
  ///   none although secrets were sealed already: a new one would not open them.
  public static func load(
    state: String, credentials: String?, randomness: any Randomness = SystemRandomness()
  ) throws(SecretStoreError) -> SealingKey {
    if let credentials {
      let path = "\(credentials)/\(credentialName)"
      // systemd gives the folder to the service alone, and the file a mode that may look wider (an ACL).
      if let bytes = try read(path, onlyPrivate: false) { return try key(bytes, from: path) }
    }
    let path = "\(state)/\(fileName)"
    if let bytes = try read(path, onlyPrivate: true) { return try key(bytes, from: path) }
    if try hasSealedSecrets(state) {
      throw SecretStoreError(
        .damaged, path,
        "is missing, and there are sealed secrets in \(state)/\(SealedStore.folderName) that only it opens; "
          + "no new key was made. Bring the key back, as this file or as the credential \(credentialName); "
          + "or move the folder of secrets aside to begin with new ones")
    }
    return try make(in: state, path, randomness)
  }

  private static func key(_ bytes: [UInt8], from path: String) throws(SecretStoreError) -> SealingKey {
    if let key = try? SealingKey(bytes: bytes) { return key }
    let text = String(decoding: bytes, as: UTF8.self).trimmingNewlines
    if let digits = SHA256Digest(hex: text), let key = try? SealingKey(bytes: digits.bytes) { return key }
    throw SecretStoreError(
      .damaged, path,
      "is no key: it has \(bytes.count) bytes, and a key is \(length) bytes "
        + "or \(length * 2) hexadecimal digits"
    )
  }

  private static func read(_ path: String, onlyPrivate: Bool) throws(SecretStoreError) -> [UInt8]? {
    do {
      return try PrivateFile.read(path, bytesMax: 4_096, onlyPrivate: onlyPrivate)
    } catch {
      throw SecretStoreError(error.class == .transient ? .unavailable : .damaged, path, "\(error)")
    }
  }

  /// Makes a key under a name that nobody has yet, and only when the disk has it gives it its own name: a
  /// crash leaves no half a key, and a key that appeared meanwhile is not replaced.
  private static func make(
    in state: String, _ path: String, _ randomness: any Randomness
  ) throws(SecretStoreError) -> SealingKey {
    let bytes = randomness.bytes(length)
    do {
      let key = try SealingKey(bytes: bytes)
      let folder = try Folder(state)
      let tail = randomness.bytes(8).hexadecimal
      guard let temporary = FileName(".\(fileName).\(tail).unfinished"), let name = FileName(fileName) else {
        throw HostError("create", path, "not a name for a file")
      }
      try effect("key.create") {
        // A start that was cut off here before left a key that sealed nothing.
        try PrivateFile.removeLeftovers(of: path)
        let file = try folder.create(temporary)
        let text = Array("\(bytes.hexadecimal)\n".utf8)
        try text.withUnsafeBytes { try file.write($0) }
        try file.sync()
        try folder.rename(temporary, to: name, replaces: false)
        try folder.sync()
      }
      return key
    } catch {
      throw SecretStoreError(.unavailable, path, "a key could not be made: \(error)")
    }
  }

  private static func hasSealedSecrets(_ state: String) throws(SecretStoreError) -> Bool {
    let path = "\(state)/\(SealedStore.folderName)"
    do {
      let secrets = try Folder(path)
      for environment in try secrets.entries().entries where environment.kind == .folder {
        let files = try secrets.subfolder(environment.name).entries().entries
        if files.contains(where: { $0.name.description.hasSuffix(SealedStore.ending) }) { return true }
      }
      return false
    } catch {
      if error.isAbsent { return false }
      throw SecretStoreError(.unavailable, path, "\(error)")
    }
  }
}

extension [UInt8] {
  fileprivate var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension String {
  fileprivate var trimmingNewlines: Substring {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
