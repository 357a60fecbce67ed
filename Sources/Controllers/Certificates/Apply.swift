import Calendar
import CrashPoints
import Host
import OpenSSL
public import Reconciliation

/// Every step looks first: an earlier attempt may have come all the way, and its end may not be known.
extension CertificatesController {
  public func apply(
    _ action: CertificatesAction, to resource: Resource<CertificatesSpec>
  ) async throws -> Outcome {
    let work = CertificateWork(
      action: action, resource: resource, place: CertificatePlace(state: state, id: resource.id))
    do {
      try await offPool { try work.place.make() }
      switch action.step {
      case .issue: return try await effect("certificates.issue") { try await issue(work) }
      case .install: return try await effect("certificates.install") { try await install(work) }
      case .reload: return try await effect("certificates.reload") { try await reload(work) }
      case .finish: return try await effect("certificates.finish") { try await finish(work) }
      case .rollback: return try await effect("certificates.rollback") { try await rollback(work) }
      case .protect: return try await effect("certificates.protect") { try await protect(work) }
      }
    } catch let error as HostError {
      throw Failure(
        error.class == .transient ? .transient : .needsOperator, code: "files",
        operation: "\(action.verb): \(error.operation)", subject: error.subject, cause: error.reason)
    }
  }

  /// The former pair is on the disk before the new one takes its place; the key before the chain where it has a file of its
  /// own, and there it is the same one as ever.
  private func install(_ work: CertificateWork) async throws -> Outcome {
    guard let staged = try await staged(work.place), staged.certificate.fingerprint == work.action.of else {
      throw work.movedOn("what was issued is not there any more")
    }
    guard let path = work.spec.file else { throw work.movedOn("no `file` is written any more") }
    let (place, record) = (work.place, try await offPool { try work.place.readRecord() })
    let before = try await installed(work.spec, record)
    switch before.status {
    case .foreign, .unusable, .none: throw work.movedOn(before.problem ?? "\(path) is not to be replaced")
    case .sound, .exposed:
      if before.certificate == staged.certificate { return Outcome("it was installed before") }
      try await offPool {
        guard let bytes = try PrivateFile.read(path, bytesMax: CertificatePlace.bytesMax) else { return }
        try effect("install.former") { try PrivateFile.write(bytes, to: place.former) }
      }
    case .missing, .unfit: break
    }
    let chain = staged.pem.certificates.map(\.text).joined()
    let (key, keyPath, fingerprint) = (staged.key.text, work.spec.key, work.action.of)
    try await offPool {
      if let keyPath, try PrivateFile.read(keyPath, bytesMax: CertificatePlace.bytesMax) != Array(key.utf8) {
        try effect("install.key") {
          try PrivateFile.removeLeftovers(of: keyPath)
          try PrivateFile.write(Array(key.utf8), to: keyPath, keepsRights: true)
        }
      }
      try effect("install.chain") {
        try PrivateFile.removeLeftovers(of: path)
        try PrivateFile.write(
          Array((keyPath == nil ? key + chain : chain).utf8), to: path, keepsRights: true)
      }
      try place.change { record in
        record.installed = fingerprint
        record.rejected = nil
      }
    }
    return Outcome("installed in \(path), valid until \(staged.certificate.notAfter)")
  }

  private func reload(_ work: CertificateWork) async throws -> Outcome {
    let problem = try await tell(work)
    try await recordTold(work.action.of, problem, work)
    if let problem {
      throw Failure(
        .transient, code: "reload", operation: "reload", subject: work.spec.reload?.first ?? "",
        cause: problem)
    }
    return Outcome("\(work.spec.reload?.joined(separator: " ") ?? "") was done")
  }

  private func finish(_ work: CertificateWork) async throws -> Outcome {
    let (place, fingerprint) = (work.place, work.action.of)
    try await offPool {
      // What is proved stands on record before the way back is gone.
      try place.change { record in
        record.proved = fingerprint
        record.trouble = nil
      }
      _ = try effect("finish.former") { try PrivateFile.remove(place.former) }
    }
    return Outcome("certificate \(fingerprint.prefix(CertificatesAction.shown)) is in use")
  }

  private func rollback(_ work: CertificateWork) async throws -> Outcome {
    let (place, path, rejected) = (work.place, work.spec.file, work.action.of)
    let former = try await offPool { try PrivateFile.read(place.former, bytesMax: CertificatePlace.bytesMax) }
    guard let former, let path else { throw work.movedOn("there is nothing to go back to") }
    let certificate = try await openssl.certificate(in: PEM(former))
    let now = clock.now
    let record = try await offPool { try place.readRecord() }
    let cause = work.reasonToGoBack(record)
    try await offPool {
      // First that it is rejected: a crash after this goes on with the way back, not with another proof.
      try place.change { record in
        if record.rejected != rejected {
          record.trouble = Trouble(.rejected, cause, after: record.trouble, at: now)
        }
        record.rejected = rejected
      }
      try effect("rollback.chain") { try PrivateFile.write(former, to: path, keepsRights: true) }
      try place.change { $0.installed = certificate.fingerprint }
    }
    let problem = try await tell(work)
    try await recordTold(certificate.fingerprint, problem, work)
    let end = problem.map { "; but its user says: \($0)" } ?? ""
    return Outcome("the certificate before is in \(path) again: \(cause)\(end)")
  }

  private func protect(_ work: CertificateWork) async throws -> Outcome {
    guard let path = work.spec.key ?? work.spec.file else {
      throw work.movedOn("no `file` is written any more")
    }
    try await offPool {
      guard let bytes = try PrivateFile.read(path, bytesMax: CertificatePlace.bytesMax) else { return }
      try effect("protect.file") { try PrivateFile.write(bytes, to: path, keepsRights: true) }
    }
    return Outcome("\(path) is closed to others now")
  }

  /// A reload takes seconds; one that hangs must not hold the rest up.
  private static let reloadTimeout = Duration.seconds(60)

  /// Runs `reload`. Returns what is wrong, where it did not succeed.
  private func tell(_ work: CertificateWork) async throws -> String? {
    guard let arguments = work.spec.reload else { return nil }
    let command = Command(arguments, timeout: Self.reloadTimeout)
    do {
      let result = try await effect("reload.tell") { try await commands.run(command) }
      return result.isSuccess ? nil : result.failure(of: command).reason
    } catch let error as HostError {
      return error.reason
    }
  }

  private func recordTold(_ fingerprint: String, _ problem: String?, _ work: CertificateWork) async throws {
    let (place, now) = (work.place, clock.now)
    try await offPool {
      try place.change { $0.reloaded = .init(fingerprint: fingerprint, at: now, problem: problem) }
    }
  }
}

/// What a step is about.
struct CertificateWork: Sendable {
  let action: CertificatesAction
  let resource: Resource<CertificatesSpec>
  let place: CertificatePlace
  var spec: CertificatesSpec { resource.spec }

  /// The world is not as it was when the step was planned: the next look tells what is to be done.
  func movedOn(_ cause: String) -> Failure {
    Failure(.transient, code: "moved-on", operation: action.verb, subject: "\(resource.id)", cause: cause)
  }

  func reasonToGoBack(_ record: Record) -> String {
    if let told = record.reloaded, told.fingerprint == action.of, let problem = told.problem {
      return "\(spec.reload?.first ?? "its user") refused it: \(problem)"
    }
    return "\(spec.serves ?? "its port") went on showing another one"
  }
}
