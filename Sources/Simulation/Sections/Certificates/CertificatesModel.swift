import Calendar
import Certificates
import OpenSSL
import Reconciliation

/// One certificate: what is in its file, what its port shows, and what is on record.
final class CertificatesModel: Model {
  let id: ResourceID
  private(set) var seen = CertificatesObserved()
  private var refusesUntil = Duration.zero
  private var portClosedUntil = Duration.zero

  /// Short, as authorities begin to give them, so that a run of months sees renewals.
  private static let life = Duration.seconds(20 * 86_400)

  init(_ id: ResourceID) { self.id = id }

  /// Somebody put one there by hand before the daemon came.
  func begin(_ stage: Stage) {
    let made = Certificate(
      fingerprint: "by-hand", hosts: ["www.\(id.environment).example.org"], notBefore: stage.wall,
      notAfter: stage.wall + Self.life, publicKey: "by-hand")
    seen.installed = .init(.sound, made)
    seen.port = .init(made)
  }

  func look(_ stage: Stage) -> AnyObserved {
    var seen = seen
    if stage.elapsed < portClosedUntil { seen.port = .init(nil, problem: "Connection refused") }
    return AnyObserved(typed: seen)
  }

  func act(
    _ action: AnyAction, _ resource: AnyResource, _ portion: Portion, _ stage: Stage
  ) -> Result<Outcome, Failure> {
    guard let step = action.typed(as: CertificatesAction.self),
      let typed = resource.typed(as: CertificatesSpec.self), portion != .nothing
    else { return .success(Outcome("nothing")) }
    switch step.step {
    case .issue where stage.elapsed < refusesUntil: return .failure(.simulated(.transient, action))
    case .install where seen.staged?.fingerprint != step.of:
      return .failure(.movedOn(action, "what was issued is not there any more"))
    // Each is one rename or one order, which take place or do not.
    default: seen = CertificatesController.expect(step, of: typed, after: seen, at: stage.wall)
    }
    return .success(Outcome(action.description))
  }

  func duration(of action: AnyAction, _ dice: inout Dice) -> Duration {
    action.verb == "issue" ? dice.seconds(1...40) : .milliseconds(dice.number(2...900))
  }

  // MARK: What others do

  func refuse(for duration: Duration, _ stage: Stage) {
    refusesUntil = stage.elapsed + duration
    stage.disturb(id, for: duration + Stage.backoff)
  }

  func lose(_ stage: Stage) {
    seen.installed = .init(.missing)
    stage.disturb(id, for: Stage.backoff)
  }

  func closePort(for duration: Duration, _ stage: Stage) {
    portClosedUntil = stage.elapsed + duration
    stage.disturb(id, for: duration + Stage.backoff)
  }

  func heal(_ stage: Stage) {
    refusesUntil = .zero
    portClosedUntil = .zero
  }
}
