public import Calendar
public import Reconciliation
public import Specification

/// What the operator wrote of one certificate.
///
///     certificates:
///       web: {hosts: [www.example.org], file: /srv/tls/web.pem, serves: "www.example.org:443",
///             from: https://acme-v02.api.letsencrypt.org/directory, email: ops@example.org,
///             challenge: {webroot: /srv/www}, reload: nginx.service}
public struct CertificatesSpec: Sendable, Hashable {
  /// How an authority finds out whose the hosts are; see `Lego.Challenge`.
  public enum Challenge: Sendable, Hashable {
    case http(String)
    case webroot(String)
    case dns(String)
  }

  /// Where new ones come from.
  public struct Authority: Sendable, Hashable {
    /// Its ACME directory.
    public var directory: String
    /// Whom it writes to.
    public var email: String
    /// How it is convinced.
    public var challenge: Challenge
    /// By which root certificates its own URL is trusted; nil: the system's.
    public var trust: String?
  }

  /// The names that it is for.
  public var hosts: [String]
  /// How long before its end it is renewed. Never longer than a third of its life.
  public var renewBefore: TimeSpan
  /// The file of the chain; of the private key too where no `key` is written. Nil: it is watched at its port alone.
  public var file: String?
  /// The file of the private key, where it has one of its own.
  public var key: String?
  /// Where new ones come from. Nil: somebody else renews it.
  public var authority: Authority?
  /// The port that shows it, `HOST:PORT`.
  public var serves: String?
  /// What makes its user read it again.
  public var reload: [String]?

  /// Let's Encrypt's advice for its 90 days; see also the mission's settled contradictions.
  public static let renewBeforeDefault = TimeSpan(duration: .seconds(30 * 86_400))
}

extension CertificatesController {
  public static func read(
    _ section: SpecNode, of environment: EnvironmentHeader, mistakes: Mistakes
  ) -> [Resource<CertificatesSpec>] {
    MappingReader.entries(of: section, path: name, mistakes: mistakes).compactMap { entry in
      let reader = MappingReader(entry.node, path: "\(name)/\(entry.name.text)", mistakes: mistakes)
      defer { reader.close() }
      let id = ResourceID(environment: environment.name, controller: name, name: entry.name.text)
      return spec(reader).map { Resource(id, spec: $0, node: entry.node) }
    }
  }

  /// What somebody else renews may be watched at several ports.
  public static func claims(of resource: Resource<CertificatesSpec>) -> [Claim] {
    guard resource.spec.authority != nil else { return [] }
    return [("file", resource.spec.file), ("key", resource.spec.key)].compactMap { key, file in
      file.map { Claim($0, by: key, instead: "give each certificate its own") }
    }
  }

  private static func spec(_ reader: MappingReader) -> CertificatesSpec? {
    let hosts = reader.list("hosts", .required) { node throws(Misreading) in try Self.host(node) }
    let before = reader.span("renew before")
    let file = reader.path("file")
    let key = reader.path("key")
    let serves = reader.value("serves") { node throws(Misreading) in try Self.address(node) }
    let reload = reader.value("reload") { node throws(Misreading) in try Self.reload(node) }
    let authority = Self.authority(reader, hosts ?? [])
    if let hosts, hosts.isEmpty { reader.refuse("hosts", "`hosts`: at least one is needed") }
    if !reader.has("file") {
      for key in ["from", "key", "reload"] where reader.has(key) {
        reader.refuse(key, "`\(key)` needs `file`, where the certificate is kept")
      }
    } else if let file, file == key {
      reader.refuse("key", "`key` is the same as `file`; without `key`, the private key stands in `file` too")
    }
    guard let hosts, !hosts.isEmpty else { return nil }
    return CertificatesSpec(
      hosts: hosts, renewBefore: before ?? CertificatesSpec.renewBeforeDefault, file: file, key: key,
      authority: authority, serves: serves, reload: reload)
  }

  private static func authority(_ reader: MappingReader, _ hosts: [String]) -> CertificatesSpec.Authority? {
    let directory = reader.value("from") { node throws(Misreading) in try Self.url(node) }
    let email = reader.value("email") { node throws(Misreading) in try Self.email(node) }
    let trust = reader.path("trust")
    let challenge = reader.mapping("challenge").flatMap { Self.challenge($0) }
    guard reader.has("from") else {
      for key in ["email", "trust", "challenge"] where reader.has(key) {
        reader.refuse(key, "`\(key)` needs `from`, the authority's ACME directory")
      }
      return nil
    }
    if !reader.has("email") { reader.refuse("from", "`from` needs `email`, whom the authority writes to") }
    if let host = hosts.first(where: { $0.hasPrefix("*.") }), !isDNS(challenge) {
      reader.refuse(
        "hosts", "`\(host)` needs `challenge: {dns: PROGRAM}`: no authority gives a wildcard on another")
    }
    guard let directory, let email else { return nil }
    return .init(directory: directory, email: email, challenge: challenge ?? .http(":80"), trust: trust)
  }

  private static func isDNS(_ challenge: CertificatesSpec.Challenge?) -> Bool {
    if case .dns? = challenge { true } else { false }
  }

  private static func challenge(_ reader: MappingReader) -> CertificatesSpec.Challenge? {
    defer { reader.close() }
    let http = reader.value("http") { node throws(Misreading) in try Self.address(node, hostIsNeeded: false) }
    let webroot = reader.path("webroot")
    let dns = reader.path("dns")
    let written = ["http", "webroot", "dns"].filter(reader.has)
    guard written.count == 1 else {
      reader.mistakes.add("`challenge` is one of `http`, `webroot` and `dns`", at: reader.place)
      return nil
    }
    return http.map { .http($0) } ?? webroot.map { .webroot($0) } ?? dns.map { .dns($0) }
  }
}
