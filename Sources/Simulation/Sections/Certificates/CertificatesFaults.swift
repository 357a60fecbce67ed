import Calendar
import Certificates
import Reconciliation

extension CertificatesSection {
  static let plants = [
    Plant("renews-never", "no certificate is renewed while one is there", Planted<RenewsNever>.self)
  ]
}

/// No certificate is renewed while one is there.
enum RenewsNever: ForgetsActions {
  typealias Base = CertificatesController
  static let verb = "issue"
}
