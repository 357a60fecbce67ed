import Calendar
import OpenSSL
import Reconciliation
import Specification

// The rules:
//
//  1. What cannot be seen is unknown. A port that is down says nothing about its certificate: nothing is renewed, and
//     nothing taken back, on account of it.
//  2. A certificate is due `renew before` its end, but never before two thirds of its life are over: else one of 30 days
//     would be due the day it came. It is also due when it is not there, is not for all `hosts`, has no key that fits, or
//     when somebody asks.
//  3. What was issued last is kept beside the file. As long as it is good, it is installed, and nothing is asked of the
//     authority: neither after a crash, nor when the file was lost. (Plan+Order)
//  4. Steps: issue → install → reload → finish, each decided by looking. The file changes by one rename. It holds key and
//     chain; where the key has a file of its own, that key is kept for good. So no reader meets a key beside a chain that
//     is not its own.
//  5. A new one is proved when its port shows it, or, where no port is written, when its user was told and did not refuse.
//     Until then the one before is kept. (Plan+Proof)
//  6. Where the port goes on showing another one for a minute after its user was told, or its user refuses, the one before
//     comes back, its user is told again, and it is tried again later: in an hour, then two, up to a day.
//  7. The authority is asked again after growing pauses too: from half a minute where it did not answer or failed itself, from
//     a quarter of an hour where it refused, later where it says so. It is asked at most once in 34 hours for the same hosts:
//     Let's Encrypt gives five equal certificates a week. `steward rotate` asks at once. (Plan+Order)
//  8. A certificate from another time, not valid yet or due already when it comes, is a finding: a clock is wrong, here or
//     there. It is installed when its time comes.
//  9. What stands in the file and was not put there from here is left alone, unless it is a certificate for these hosts.
// 10. Where no `from` is written, somebody else renews it: it is watched, and nothing of it is touched.
// 11. Whose a file is that is replaced, and who of its group may read it, stays: servers that drop their rights read it as
//     themselves. A key that everybody may read is a finding, and closed where it was put there from here.

/// One plan in the making.
struct CertificatesPlanning {
  let resource: Resource<CertificatesSpec>
  let seen: CertificatesObserved
  let context: PlanContext
  var plan = Plan<CertificatesAction>(.ready, cell: "", headline: "")

  /// How soon a failed look is repeated.
  static let lookAgain = Duration.seconds(30)
  /// When is looked again for the end of an order: the daemon that began it may be gone, and nobody tells.
  static let afterOrder = [5, 10, 20, 40, 80, 160, 320, 640, 960].map { Duration.seconds($0) }
  /// When its port is looked at again after its user was told.
  static let afterReload = [1, 3, 10, 30].map { Duration.seconds($0) }
  /// How long a server may take to show what it was told to read.
  static let patience = Duration.seconds(60)
  /// How soon a user that refused is told again, where there is nothing to go back to.
  static let tellAgain = Duration.seconds(3_600)
  /// Five in a week.
  static let apart = Duration.seconds(34 * 3_600)
  /// Clocks may differ by this much without anybody's fault.
  static let skew = Duration.seconds(300)

  init(_ resource: Resource<CertificatesSpec>, _ seen: CertificatesObserved, _ context: PlanContext) {
    self.resource = resource
    self.seen = seen
    self.context = context
  }

  var spec: CertificatesSpec { resource.spec }
  var now: Instant { context.now }
  var zone: Zone { context.environment.zone }
  var record: Record { seen.record }

  /// The one in the file, where it and its key work.
  var installed: Certificate? { isSound ? seen.installed.certificate : nil }
  var isSound: Bool { seen.installed.status == .sound || seen.installed.status == .exposed }
  /// The one that people are shown.
  var current: Certificate? {
    spec.file == nil ? seen.port?.certificate : seen.installed.certificate
  }

  /// When it is to be renewed (rule 2).
  static func due(_ certificate: Certificate, _ spec: CertificatesSpec, _ zone: Zone) -> Instant {
    max(
      spec.renewBefore.subtracted(from: certificate.notAfter, in: zone),
      certificate.notAfter - certificate.life / 3)
  }

  func due(_ certificate: Certificate) -> Instant { Self.due(certificate, spec, zone) }

  func isForAll(_ certificate: Certificate) -> Bool { spec.hosts.allSatisfy(certificate.covers) }

  /// Asked for since the last order, and since what went wrong last.
  var demand: Demand? {
    guard let demand = context.requested("rotate"), demand.at > record.ordered?.at ?? .distantPast else {
      return nil
    }
    return demand
  }

  /// Until when nothing is tried again, on account of what went wrong; nil: nothing holds it back.
  var heldBackUntil: Instant? {
    guard let trouble = record.trouble, now < trouble.until else { return nil }
    // A record that is of a time to come was written by a clock that was wrong.
    if trouble.at > now + Self.skew { return nil }
    if let demand = context.requested("rotate"), demand.at > trouble.at { return nil }
    return trouble.until
  }

  mutating func make() -> Plan<CertificatesAction> {
    if spec.file != nil, seen.installed.status != .unusable, seen.installed.status != .foreign {
      if seen.installed.status == .exposed, let installed, installed.fingerprint == record.installed {
        append(.protect, installed)
      }
      if let staged = seen.staged, staged == installed, record.proved != staged.fingerprint {
        prove(staged)
      } else if let staged = seen.staged, isToBeInstalled(staged) {
        append(.install, staged)
      } else {
        rest()
      }
      order()
    }
    notice()
    describe()
    for instant in turningPoints where instant > now { plan.wake(at: instant) }
    return plan
  }

  mutating func append(_ step: CertificatesAction.Step, _ certificate: Certificate) {
    plan.actions.append(CertificatesAction(step: step, of: certificate.fingerprint))
  }

  /// Everything that time alone changes.
  private var turningPoints: [Instant] {
    var points: [Instant?] = [
      record.trouble?.until, record.trouble.map { $0.at - Self.skew },
      record.reloaded.map { $0.at + Self.patience }, record.reloaded.map { $0.at + Self.tellAgain },
      record.reloaded.map { $0.at - Self.skew }, record.ordered.map { $0.at - Self.skew }, earliestOrder,
    ]
    // A server takes a moment to show what it was told of.
    points += Self.afterReload.map { pause in record.reloaded.map { $0.at + pause } }
    points += Self.afterOrder.map { pause in seen.orderedAt.map { $0 + pause } }
    for certificate in [current, seen.staged, seen.former, seen.port?.certificate] {
      guard let certificate else { continue }
      points += [
        certificate.notBefore, certificate.notBefore - Self.skew, due(certificate), certificate.notAfter,
      ]
      points.append(urgent(certificate))
    }
    return points.compactMap(\.self)
  }

  static func blind(
    _ resource: Resource<CertificatesSpec>, because reason: String, at now: Instant
  ) -> Plan<CertificatesAction> {
    var plan = Plan<CertificatesAction>(
      .unknown, cell: "unknown", headline: "cannot be looked at: \(reason)")
    plan.reasons = [
      Reason(
        "rule", "renew before: \(resource.spec.renewBefore.inDays)", at: resource.place(of: "renew before")),
      Reason("meanwhile", "nothing is done: what cannot be seen is neither there nor gone"),
    ]
    plan.wakeAt = now + lookAgain
    return plan
  }
}
