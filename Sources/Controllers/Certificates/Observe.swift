import Calendar
import Host
import OpenSSL
public import Reconciliation

extension CertificatesController {
  public func observe(_ resource: Resource<CertificatesSpec>) async -> Observation<CertificatesObserved> {
    let began = clock.now
    do {
      return .known(try await look(at: resource), at: began)
    } catch {
      return .unknown(reason: (error as? HostError).map { "\($0)" } ?? "the look was cut off", since: began)
    }
  }

  private func look(at resource: Resource<CertificatesSpec>) async throws -> CertificatesObserved {
    let place = CertificatePlace(state: state, id: resource.id)
    async let port = port(of: resource.spec)
    // The order first: one that ends after this look of it shows its certificate in the next.
    let (record, isOrdered, orderedAt) = try await offPool {
      let isOrdered = try FileLock.isHeld(place.lock)
      return (try place.readRecord(), isOrdered, isOrdered ? try place.orderedAt() : nil)
    }
    return CertificatesObserved(
      installed: try await installed(resource.spec, record),
      staged: isOrdered ? nil : try await staged(place)?.certificate, isOrdered: isOrdered,
      orderedAt: orderedAt, former: try await former(place), port: try await port, record: record)
  }

  private func port(of spec: CertificatesSpec) async throws -> CertificatesObserved.Port? {
    guard let address = spec.serves else { return nil }
    do {
      return .init(try await openssl.served(at: address, for: spec.nameAsked))
    } catch let error as HostError {
      return .init(nil, problem: error.reason)
    }
  }

  func installed(
    _ spec: CertificatesSpec, _ record: Record
  ) async throws -> CertificatesObserved.Installed {
    guard let path = spec.file else { return .init(.none) }
    let bytes: [UInt8]
    do {
      bytes = try await offPool { try PrivateFile.read(path, bytesMax: CertificatePlace.bytesMax) ?? [] }
    } catch let error as HostError where error.class != .transient {
      return .init(.unusable, problem: "\(error)")
    }
    if bytes.isEmpty { return .init(.missing) }
    let pem = PEM(bytes)
    // What was written from here may be mended; what was not is not this daemon's to replace.
    let strange: CertificatesObserved.Installed.Status = record.installed == nil ? .foreign : .unfit
    guard pem.isOnlyKeysAndCertificates, !pem.certificates.isEmpty else {
      return .init(strange, problem: "\(path) holds no certificate")
    }
    guard let certificate = try await read({ try await openssl.certificate(in: pem) }) else {
      return .init(strange, problem: "\(path) holds a certificate that openssl cannot read")
    }
    if certificate.fingerprint != record.installed, !spec.hosts.contains(where: certificate.covers) {
      return .init(
        strange, certificate,
        problem: "the certificate in \(path) is for \(certificate.hosts.joined(separator: ", "))")
    }
    return try await keyed(certificate, pem, spec, path)
  }

  /// What a certificate is worth with the key that stands in its file, or in `key`.
  private func keyed(
    _ certificate: Certificate, _ pem: PEM, _ spec: CertificatesSpec, _ path: String
  ) async throws -> CertificatesObserved.Installed {
    let keyPath = spec.key ?? path
    var key = spec.key == nil ? pem.key : nil
    do {
      if let path = spec.key {
        let bytes = try await offPool { try PrivateFile.read(path, bytesMax: CertificatePlace.bytesMax) }
        key = bytes.flatMap { PEM($0).key }
      }
    } catch let error as HostError where error.class != .transient {
      return .init(.unusable, certificate, problem: "\(error)")
    }
    guard let key else { return .init(.unfit, certificate, problem: "there is no private key in \(keyPath)") }
    let publicKey = try await read { try await openssl.publicKey(of: key) }
    guard publicKey == certificate.publicKey else {
      return .init(.unfit, certificate, problem: "the private key in \(keyPath) does not fit the certificate")
    }
    let exposure = try await offPool { try PrivateFile.exposure(of: keyPath) }
    return exposure.map { .init(.exposed, certificate, problem: "\(keyPath): \($0)") }
      ?? .init(.sound, certificate)
  }

  /// What the authority gave last, with its key, where both are whole.
  func staged(_ place: CertificatePlace) async throws -> (pem: PEM, key: PEM.Block, certificate: Certificate)?
  {
    let (chain, key, hasIssuer) = try await offPool {
      (
        try PrivateFile.read(place.chain, bytesMax: CertificatePlace.bytesMax),
        try PrivateFile.read(place.key, bytesMax: CertificatePlace.bytesMax),
        try PrivateFile.read(place.issuer, bytesMax: CertificatePlace.bytesMax) != nil
      )
    }
    guard let chain, let key = key.flatMap({ PEM($0).key }) else { return nil }
    let pem = PEM(chain)
    guard pem.isOnlyKeysAndCertificates, pem.key == nil,
      let certificate = try await read({ try await openssl.certificate(in: pem) }),
      try await read({ try await openssl.publicKey(of: key) }) == certificate.publicKey
    else { return nil }
    // A chain without its issuer would be refused by its clients, one with another issuer's too.
    if hasIssuer {
      guard pem.certificates.count > 1, try await openssl.isSigned(place.chain, by: place.issuer) else {
        return nil
      }
    }
    return (pem, key, certificate)
  }

  private func former(_ place: CertificatePlace) async throws -> Certificate? {
    let bytes = try await offPool {
      try PrivateFile.read(place.former, bytesMax: CertificatePlace.bytesMax)
    }
    guard let bytes else { return nil }
    return try await read { try await openssl.certificate(in: PEM(bytes)) }
  }

  /// Nil where openssl ran and could not make sense of it; where it could not be run, nothing is known.
  private func read<Value>(_ body: () async throws -> Value) async throws -> Value? {
    do {
      return try await body()
    } catch let error as HostError where error.operation == "read" || error.code == nil {
      return nil
    }
  }
}

extension CertificatesSpec {
  /// The name by which its port is asked: a wildcard is no name, but something below it is.
  var nameAsked: String {
    let host = hosts.first { !$0.hasPrefix("*.") } ?? hosts.first ?? ""
    return host.hasPrefix("*.") ? "www\(host.dropFirst())" : host
  }
}
