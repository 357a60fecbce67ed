import Calendar
import Certificates
import Reconciliation

extension CertificatesSection {
  static let plants = [
    Plant("renews-never", "no certificate is renewed while one is there", Planted<RenewsNever>.self)
  ]
}

/// No certificate is renewed while one is there.
enum RenewsNever: PlanFault {
  typealias Base = CertificatesController
  static func plan(
    _ resource: Resource<CertificatesSpec>, _ observed: Observation<CertificatesObserved>,
    _ context: PlanContext
  ) -> Plan<CertificatesAction> {
    var plan = Base.plan(resource, observed, context)
    plan.actions.removeAll { $0.step == .issue }
    return plan
  }
}
