import Calendar
import Reconciliation
import StatusAPI

extension WhyNotBody {
  /// Why `verb` is not being done to what `kept` keeps, as far as is found until `patience` is over.
  init(_ verb: String, _ kept: Kept, _ snapshot: Snapshot, within patience: Patience) {
    let id = kept.resource.id
    let found = snapshot.reconciler.whyNot(verb, id, at: snapshot.now) { patience.isOver }
    self.init(
      at: snapshot.now,
      timezone: snapshot.reconciler.environments[id.environment]?.header?.zone.name ?? "UTC", verb: verb,
      verdict: found.verdict.name, resource: ResourceBody(kept),
      rules: (kept.plan?.reasons ?? []).filter { $0.label == "rule" }.map { ReasonBody($0) },
      isCutOff: found.isCutOff, horizonDays: Int(WhyNot.horizon.components.seconds / 86_400))
    switch found.verdict {
    case .noSuchAction(let known): self.known = known
    case .free(let before): after = before
    case .blind(let wait): blind = WaitBody(wait)
    case .needs(let ways): self.ways = ways.map { WayBody($0) }
    case .underWay, .nothing: break
    }
  }
}

extension WhyNot.Verdict {
  /// Its name in ``WhyNotBody/verdict``.
  fileprivate var name: String {
    switch self {
    case .noSuchAction: "unknown-action"
    case .underWay: "under-way"
    case .free: "free"
    case .blind: "blind"
    case .needs: "needs"
    case .nothing: "nothing"
    }
  }
}

extension WayBody {
  init(_ way: WhyNot.Way) {
    self.init(
      conditions: way.waits.map { WaitBody($0) }, earliest: way.earliest,
      isByItself: way.conditions == [.time], action: way.action)
  }
}
