import Calendar
import Cryptography
import FoundationEssentials

/// The content of one secret's file: every version with its value sealed, and a mark over all of it.
struct SealedFile: Codable, Equatable {
  /// One version as it is stored.
  struct Entry: Codable, Equatable, StoredVersion {
    var version: Int
    var created: Instant
    var phase: SecretVersion.Phase
    var overlapUntil: Instant?
    /// The account; a name without spaces. Absent where there is none.
    var user: String?
    /// Nonce, cipher text and tag, in base64.
    var sealed: Data

    var metadata: SecretVersion {
      SecretVersion(number: version, created: created, phase: phase, overlapUntil: overlapUntil, user: user)
    }
  }

  static let format = 1

  var format = SealedFile.format
  /// Which key sealed it: ``SealingKey/fingerprint``.
  var key: String
  /// The number of the next version.
  var next = 1
  var versions: [Entry] = []
  /// An empty text sealed with everything above as its context: without the key nobody can change a phase, a
  /// date, or put an older file's version back in.
  var mark = Data()

  init(key: SealingKey) {
    self.key = key.fingerprint
  }

  /// The context in which a version's value is sealed: the value opens nowhere else. No part holds a `/`.
  static func context(of secret: SecretID, version: Int) -> String {
    "steward/secret/\(format)/\(secret.environment)/\(secret.name)/\(version)"
  }

  /// The context of the mark. Fields are divided by what no field holds.
  func markContext(of secret: SecretID) -> String {
    var lines = ["steward/secrets/\(format)/\(secret.environment)/\(secret.name)", key, "\(next)"]
    for entry in versions {
      lines.append(
        "\(entry.version) \(entry.created.microseconds) \(entry.phase.rawValue) "
          + "\(entry.overlapUntil.map { "\($0.microseconds)" } ?? "-") \(SHA256Digest(of: entry.sealed).hex)"
          + (entry.user.map { " \($0)" } ?? ""))
    }
    return lines.joined(separator: "\n")
  }
}

extension SealedFile {
  /// The file's bytes, with the mark made anew. Keys are sorted and lines broken, so that people can compare
  /// two.
  func encoded(for secret: SecretID, with key: SealingKey) throws -> [UInt8] {
    var file = self
    file.mark = Data(try key.seal([], context: markContext(of: secret)))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Array(try encoder.encode(file)) + [UInt8(ascii: "\n")]
  }

  /// Reads a file's bytes.
  /// - Throws: ``SecretStoreError`` of kind `damaged` that says what is wrong with the file at `path`.
  init(_ bytes: [UInt8], at path: String, of secret: SecretID, with key: SealingKey) throws(SecretStoreError)
  {
    // What the decoder says could quote the file.
    guard let file = try? JSONDecoder().decode(SealedFile.self, from: Data(bytes)) else {
      throw SecretStoreError(.damaged, path, "is damaged, or no file of secrets that steward wrote")
    }
    guard file.format == Self.format else {
      throw SecretStoreError(
        .damaged, path, "has format \(file.format), and this version of steward knows \(Self.format) only")
    }
    guard file.key == key.fingerprint else {
      throw SecretStoreError(
        .damaged, path,
        "was sealed with another key than the one in use: bring back the key it was sealed with")
    }
    guard (try? key.open(Array(file.mark), context: file.markContext(of: secret))) == [] else {
      throw SecretStoreError(
        .damaged, path,
        "was changed by something other than steward, or is another secret's file: "
          + "put back a copy from a backup")
    }
    self = file
  }
}
