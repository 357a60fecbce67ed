import Calendar
import CrashPoints
import Host
import Lego
import OpenSSL
import Reconciliation

extension CertificatesController {
  /// Asks the authority for a certificate, and makes sure that it is one for now.
  ///
  /// The key and the request are on the disk before the authority hears of them, so a certificate that comes after the
  /// daemon was killed has its key; see ``Lego``.
  func issue(_ work: CertificateWork) async throws -> Outcome {
    guard let authority = work.spec.authority else { throw work.movedOn("no `from` is written any more") }
    if try await offPool({ try FileLock.isHeld(work.place.lock) }) {
      throw work.movedOn("an order is being carried out")
    }
    try await prepare(work)
    do {
      try await lego.obtain(order(authority, work))
    } catch let error as LegoError {
      throw try await failure(error, work)
    }
    guard let staged = try await staged(work.place), work.spec.hosts.allSatisfy(staged.certificate.covers)
    else {
      throw try await trouble(
        .refused,
        "what the authority gave is not whole, or not for the key and the hosts that it was asked for", work)
    }
    return try await accept(staged.certificate, work)
  }

  /// A new key, or the one that has a file of its own; and the request.
  private func prepare(_ work: CertificateWork) async throws {
    let (place, keyPath) = (work.place, work.spec.key)
    let kept = try await offPool {
      try keyPath.flatMap { try PrivateFile.read($0, bytesMax: CertificatePlace.bytesMax) }.flatMap {
        PEM($0).key
      }
    }
    let key = if let kept { kept } else { try await openssl.makeKey() }
    let request = try await openssl.request(for: work.spec.hosts, key: key)
    try await offPool {
      // The chain before goes first: it must not be taken for the answer to this request.
      try place.forget()
      try effect("issue.key") { try PrivateFile.write(Array(key.text.utf8), to: place.key) }
      try effect("issue.request") { try PrivateFile.write(request, to: place.request) }
    }
  }

  private func order(_ authority: CertificatesSpec.Authority, _ work: CertificateWork) -> Lego.Order {
    let challenge: Lego.Challenge =
      switch authority.challenge {
      case .http(let address): .http(address)
      case .webroot(let folder): .webroot(folder)
      case .dns(let program): .dns(program)
      }
    return Lego.Order(
      server: authority.directory, trust: authority.trust, email: authority.email, challenge: challenge,
      request: work.place.request, folder: work.place.folder, name: work.resource.id.name,
      lock: work.place.lock,
      turn: work.place.turn, log: work.place.log)
  }

  /// Takes down that the order was carried out; one from another time is said to be so (rule 8).
  private func accept(_ certificate: Certificate, _ work: CertificateWork) async throws -> Outcome {
    let (place, now, hosts) = (work.place, clock.now, work.spec.hosts.sorted())
    let before = try await installed(work.spec, try await offPool { try place.readRecord() })
    let oddity = CertificatesPlanning.oddity(of: certificate, work.spec, .utc, cameAt: now, at: now)
    try await offPool {
      try place.change { record in
        record.ordered = .init(
          hosts: hosts, instead: before.certificate?.fingerprint, at: now,
          lifeSeconds: certificate.life.components.seconds)
        record.trouble = nil
      }
    }
    let issued = "issued, valid from \(certificate.notBefore) until \(certificate.notAfter)"
    return Outcome(
      oddity.map { "\(issued); it \($0)" } ?? issued,
      details: ["fingerprint": .string(certificate.fingerprint), "until": .string("\(certificate.notAfter)")])
  }

  private func failure(_ error: LegoError, _ work: CertificateWork) async throws -> Failure {
    switch error.problem {
    case .underWay: work.movedOn(error.cause)
    case .unreachable: try await trouble(.unreachable, error.cause, work)
    case .limited: try await trouble(.limited, error.cause, work, notBefore: error.retryAfter)
    case .refused: try await trouble(.refused, error.cause, work, notBefore: error.retryAfter)
    }
  }

  private func trouble(
    _ kind: Trouble.Kind, _ cause: String, _ work: CertificateWork, notBefore: Instant? = nil
  ) async throws -> Failure {
    let (place, now) = (work.place, clock.now)
    try await offPool {
      try place.change { $0.trouble = Trouble(kind, cause, after: $0.trouble, at: now, notBefore: notBefore) }
    }
    return Failure(
      .transient, code: kind.rawValue, operation: "issue", subject: work.spec.authority?.directory ?? "",
      cause: cause)
  }
}
