import Calendar
public import Reconciliation

// The rules of `instances`:
//
//  1. A look that failed changes nothing. The secrets that may be in use count as in use until a look says otherwise.
//  2. A unit that cannot be started whoever tries (there is none, it is masked, its file is wrong) is a finding; it is not
//     tried, one that runs is not stopped for it, and the others go on. So is what polkit does not permit.
//  3. While it is open, the instances 1 to the lower bound of `count` run. Those up to the upper bound are left alone,
//     whoever started them; what is above is surplus and stopped, the highest first.
//  4. While it is closed, none run. A person's override decides before the hours, until it ends.
//  5. Of several processes that claim one index the one with the right inputs stays, of those the oldest; the others
//     are stopped. A defunct process runs nothing, and a number that was used again bears no mark: no look lists either.
//     What a process left behind when it ended is ended by the door before its instance starts again.
//  6. Nothing starts while a secret that it needs has no version.
//  7. An instance whose inputs changed (command, folder, port, variables, the current version of a secret), or that was
//     started before a person asked for a restart, is restarted: one at a time, the lowest first, and only while all
//     that should run do, but for those whose unit is masked, and each has run for `ready after`, and systemd calls a unit
//     ready. That a secret's previous version ended restarts nothing.
//  8. A restart is disruptive where no other instance is ready, else safe. Stopping as written is safe.
//  9. One that keeps ending soon after its start is a finding; the kernel's back-off spaces the starts, because each is
//     the same action. A start that cannot succeed without a person is a finding too.
// 10. Where `scale` is written, as many run as was decided last, within its bounds; before that, the lower bound of `count`.
//     More at once, when a look finds the load more than a tenth beyond what they are to bear; fewer when it has been watched
//     for `in after`, and at no moment of that was more than fewer would bear with a tenth to spare. While the load is not
//     known, instances are missing, or it is closed, nothing is decided. A decision is an event, and the plan reads it there.
//
// The order of the actions: a decision, ends that make room, starts, other ends, one restart.

extension InstancesController {
  public static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    let wanted = Wanted(resource, context)
    switch observed {
    case .unknown(let reason, let since): return blind(wanted, reason, since)
    case .known(let found, _):
      var planning = Planning(wanted, found)
      return planning.run()
    }
  }

  /// Rule 1.
  private static func blind(_ wanted: Wanted, _ reason: String, _ since: Instant) -> Plan<InstancesAction> {
    var plan = Plan<InstancesAction>(.unknown, cell: "unknown", headline: "the look fails: \(reason)")
    let zone = wanted.context.environment.zone
    plan.reasons =
      wanted.reasons + [
        Reason("meanwhile", "nothing is started or stopped; unknown since \(zone.words(for: since))")
      ]
    plan.facts = wanted.closedFact + [wanted.uses(nil)] + wanted.secretsThatMayBeInUse
    plan.wake(at: wanted.now + blindPause)
    plan.wake(at: wanted.opening.wakeAt)
    return plan
  }

  /// How long after a failed look the next one is.
  static let blindPause = Duration.seconds(30)
}

/// Makes one plan, rule by rule.
struct Planning {
  let wanted: Wanted
  let ended: [EndedInstance]
  let hindered: [Hindrance]
  let stale: String?
  let load: ObservedLoad?
  let census: Census
  var plan: Plan<InstancesAction>

  init(_ wanted: Wanted, _ found: InstancesObserved) {
    self.wanted = wanted
    ended = found.ended
    hindered = found.hindered ?? []
    stale = found.stale
    load = found.load
    census = Census(of: found.running, wanted)
    plan = Plan(.ready, cell: "", headline: "")
  }

  mutating func run() -> Plan<InstancesAction> {
    plan.reasons = wanted.reasons
    plan.facts = wanted.closedFact + [wanted.uses(census.all.count)] + census.secretsInUse(wanted.resource.id)
    plan.wake(at: wanted.opening.wakeAt)
    scale()
    stopClaims()
    startMissing()
    stopSurplus()
    restartChanged()
    reportHindrances()
    reportStaleness()
    reportEnds()
    reportFailedStarts()
    reportDenials()
    watchReadiness()
    tell()
    return plan
  }

  // MARK: Rules 3 to 6

  private mutating func stopClaims() {
    for stray in census.strays { plan.actions.append(stop(stray, .duplicate)) }
  }

  private mutating func startMissing() {
    guard !census.missing.isEmpty else { return }
    guard let grants = wanted.grants else {
      for secret in wanted.secretsWithoutVersion {
        plan.waitingOn.append(
          Wait(
            "the secret \(secret) has no version yet",
            endedBy: "its first rotation: steward why \(wanted.environment)/secrets/\(secret)"))
      }
      return
    }
    for index in census.missing where hindrance(index) == nil {
      plan.actions.append(
        .start(instance: wanted.instance(index), revision: wanted.revision ?? "", secrets: grants))
    }
  }

  private mutating func stopSurplus() {
    for instance in census.surplus {
      plan.actions.append(stop(instance, wanted.opening.isOpen ? .surplus : .closed))
    }
  }

  private func stop(_ instance: ObservedInstance, _ why: InstancesAction.StopReason) -> InstancesAction {
    .stop(instance: wanted.instance(instance.index), process: instance.process, why: why)
  }

  /// Readiness comes by time alone.
  private mutating func watchReadiness() {
    for instance in census.kept { plan.wake(at: wanted.nextReadinessChange(of: instance)) }
  }
}
