import Calendar
import Certificates
import OpenSSL
import Reconciliation

struct CertificateIsValid: Invariant {
  static let sentence = "A certificate that is valid is in its file, unless nobody gave one for long enough."
  static let moments: Set<Moment.Kind> = [.inspect]

  mutating func check(_ moment: Moment, _ shell: Shell) -> String? {
    let stage = shell.stage
    guard case .inspect(let id) = moment, shell.isAnswerable(id, CertificatesSection.name),
      stage.inForce[id.environment]?.certificate(id) != nil,
      let model = stage.model(id, as: CertificatesModel.self)
    else { return nil }
    guard let installed = model.seen.installed.certificate else {
      // An authority is asked for the same hosts once in 34 hours, so a first one may be on its way that long.
      let ordered = model.seen.record.ordered?.at ?? .distantPast
      return model.seen.staged == nil && ordered.distance(to: stage.wall) < .seconds(2 * 86_400)
        ? nil : "\(id): nothing is in its file"
    }
    guard installed.notAfter <= stage.wall else { return nil }
    return "\(id): \(installed.fingerprint) ended at \(installed.notAfter), and it is \(stage.wall)"
  }
}
