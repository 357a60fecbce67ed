import Reconciliation
import StatusAPI

extension ResourceBody {
  /// The resource as the reducer keeps it.
  init(_ kept: Kept) {
    let id = kept.resource.id
    let plan = kept.plan
    self.init(
      id: "\(id)", controller: id.controller, name: id.name, state: kept.state.rawValue,
      cell: plan?.cell ?? "…", headline: plan?.headline ?? "not looked at yet",
      underWay: kept.underWay.map(UnderWayBody.init),
      actions: (plan?.actions ?? []).map { action in
        ActionBody(action, hold: kept.held.first { $0.action == action })
      },
      waits: (plan?.waitingOn ?? []).map(WaitBody.init),
      findings: (plan?.findings ?? []).map(FindingBody.init),
      wakeAt: kept.wakeAt)
  }
}

extension ActionBody {
  init(_ action: AnyAction, hold: Hold?) {
    self.init(
      verb: action.verb, description: action.description, risk: action.risk.rawValue,
      hold: hold.map { WaitBody($0.wait) }, digest: hold?.digest)
  }
}

extension UnderWayBody {
  init(_ begun: Begun) {
    self.init(
      verb: begun.action.verb, description: begun.action.description, since: begun.at,
      sequence: begun.intent)
  }
}

extension WaitBody {
  init(_ wait: Wait) {
    self.init(
      reason: wait.reason, endedBy: wait.endedBy, until: wait.until, place: wait.place.map { PlaceBody($0) })
  }
}

extension FindingBody {
  init(_ finding: Finding) {
    self.init(
      code: finding.code, severity: finding.severity.rawValue, message: finding.message, mend: finding.mend,
      place: finding.place.map { PlaceBody($0) })
  }
}

extension ReasonBody {
  init(_ reason: Reason) {
    self.init(label: reason.label, text: reason.text, place: reason.place.map { PlaceBody($0) })
  }
}
