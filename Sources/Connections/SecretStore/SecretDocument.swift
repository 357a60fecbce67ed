import Calendar
import FoundationEssentials

/// What somebody else's store keeps of one secret: its versions with their values, and whose they are.
struct SecretDocument: Codable, Equatable {
  /// One version.
  struct Entry: Codable, Equatable, StoredVersion {
    var version: Int
    var created: Instant
    var phase: SecretVersion.Phase
    var overlapUntil: Instant?
    /// The account that it is the password of; nil where it is of none.
    var user: String?
    /// In base64: a value is bytes.
    var value: Data

    var metadata: SecretVersion {
      SecretVersion(number: version, created: created, phase: phase, overlapUntil: overlapUntil, user: user)
    }
  }

  static let format = 1

  var format = SecretDocument.format
  /// Whose it is, `staging/API_KEY`: a store that mixes up two environments is found out before a value is used.
  var secret: String
  /// The number of the next version.
  var next = 1
  var versions: [Entry] = []

  init(for secret: SecretID) { self.secret = "\(secret)" }

  func text(of secret: SecretID) throws(SecretStoreError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      throw SecretStoreError(.refused, "\(secret)", "cannot be written as JSON")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// - Throws: ``SecretStoreError`` of kind `damaged`, which quotes nothing of the text.
  init(_ text: String, of secret: SecretID) throws(SecretStoreError) {
    guard let document = try? JSONDecoder().decode(SecretDocument.self, from: Data(text.utf8)) else {
      throw SecretStoreError(.damaged, "\(secret)", "what the store keeps is no document that steward wrote")
    }
    guard document.format == Self.format else {
      throw SecretStoreError(
        .damaged, "\(secret)",
        "has format \(document.format), and this version of steward knows \(Self.format) only")
    }
    guard document.secret == "\(secret)" else {
      throw SecretStoreError(.damaged, "\(secret)", "the store gives the document of another secret")
    }
    self = document
  }
}
