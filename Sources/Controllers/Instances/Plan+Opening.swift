import Calendar
import Reconciliation

/// Whether any are to run now, why, and when that changes: rule 4.
struct Opening {
  let isOpen: Bool
  /// When it opens or closes next; nil if it never does.
  let changesAt: Instant?
  /// When something that it depends on changes, even if the answer stays: the minimum.
  let wakeAt: Instant?
  let reasons: [Reason]

  init(of resource: Resource<InstancesSpec>, _ context: PlanContext) {
    let hours = resource.spec.hours
    let zone = context.environment.zone
    let written = hours.isOpen(at: context.now, in: zone)
    let change = hours.nextChange(after: context.now, in: zone)
    var reasons: [Reason] = []
    if hours != .always {
      reasons.append(Reason("rule", "open: \(hours) \(zone)", at: resource.place(of: "open")))
    }
    if let override = context.override {
      isOpen = override.opens
      let after = hours.isOpen(at: override.until, in: zone)
      changesAt = after != override.opens ? override.until : hours.nextChange(after: override.until, in: zone)
      wakeAt = min(override.until, change ?? override.until)
    } else {
      isOpen = written
      changesAt = change
      wakeAt = change
    }
    if let changesAt { reasons.append(Reason(isOpen ? "closes" : "opens", zone.words(for: changesAt))) }
    self.reasons = reasons
  }
}
