public import Calendar

/// What matters of an X.509 certificate (RFC 5280).
public struct Certificate: Sendable, Hashable, Codable {
  /// The SHA-256 digest of its DER form, in hexadecimal digits: which certificate it is.
  public var fingerprint: String
  /// The names and addresses it is for: its subject alternative names. Its common name counts for nothing (RFC 6125).
  public var hosts: [String]
  /// From when it is valid.
  public var notBefore: Instant
  /// Until when.
  public var notAfter: Instant
  /// The SHA-256 digest of its public key's PEM form: a private key that has the same one fits.
  public var publicKey: String

  /// A certificate with these marks.
  public init(fingerprint: String, hosts: [String], notBefore: Instant, notAfter: Instant, publicKey: String)
  {
    self.fingerprint = fingerprint
    self.hosts = hosts
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.publicKey = publicKey
  }

  /// How long it is valid in all.
  public var life: Duration { notBefore.distance(to: notAfter) }

  /// Whether it is for `host`: by its own name, or by a wildcard for its first label (RFC 6125, 6.4.3).
  public func covers(_ host: String) -> Bool {
    let wanted = host.lowercased()
    let wildcard = wanted.firstIndex(of: ".").map { "*\(wanted[$0...])" }
    return hosts.contains { name in
      let name = name.lowercased()
      return name == wanted || name == wildcard
    }
  }
}
