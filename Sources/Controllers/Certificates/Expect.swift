public import Calendar
import OpenSSL
public import Reconciliation

extension CertificatesController {
  /// What authorities give today, where no certificate tells.
  private static let lifeSupposed = Duration.seconds(90 * 86_400)

  public static func blank(_ resource: Resource<CertificatesSpec>) -> CertificatesObserved? {
    CertificatesObserved(
      installed: .init(resource.spec.file == nil ? .none : .missing),
      port: resource.spec.serves.map { _ in .init(nil, problem: "nobody listens there") })
  }

  public static func expect(
    _ action: CertificatesAction, of resource: Resource<CertificatesSpec>,
    after observed: CertificatesObserved,
    at now: Instant
  ) -> CertificatesObserved {
    var after = observed
    let spec = resource.spec
    switch action.step {
    case .issue:
      let life = (observed.staged ?? observed.installed.certificate)?.life ?? lifeSupposed
      after.staged = Certificate(
        fingerprint: "issued-\(now.seconds)", hosts: spec.hosts, notBefore: now, notAfter: now + life,
        publicKey: "of-\(now.seconds)")
      after.record.ordered = .init(
        hosts: spec.hosts.sorted(), instead: observed.installed.certificate?.fingerprint, at: now,
        lifeSeconds: life.components.seconds)
      after.record.trouble = nil
    case .install:
      guard let staged = observed.staged else { break }
      if observed.installed.status == .sound { after.former = observed.installed.certificate }
      after.installed = .init(.sound, staged)
      after.record.installed = staged.fingerprint
      after.record.rejected = nil
      // Where nobody is told, its user finds out by itself.
      if spec.reload == nil, spec.serves != nil { after.port = .init(staged) }
    case .reload:
      after.record.reloaded = .init(fingerprint: action.of, at: now)
      if spec.serves != nil { after.port = .init(observed.installed.certificate) }
    case .finish:
      after.former = nil
      after.record.proved = action.of
      after.record.trouble = nil
    case .rollback:
      guard let former = observed.former else { break }
      after.installed = .init(.sound, former)
      after.record.rejected = action.of
      after.record.reloaded = .init(fingerprint: former.fingerprint, at: now)
      after.record.trouble = Trouble(.rejected, "", after: observed.record.trouble, at: now)
      if spec.serves != nil { after.port = .init(former) }
    case .protect: after.installed.status = .sound
    }
    return after
  }
}
