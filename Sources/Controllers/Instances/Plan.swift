import Calendar
public import Reconciliation

// The rules of `instances`:
//
//  1. A look that failed changes nothing. The secrets that may be in use count as in use until a look says otherwise.
//  2. What is to be kept by systemd is not kept yet, and is not touched.
//  3. While it is open, the instances 1 to the lower bound of `count` run. Those up to the upper bound are left alone,
//     whoever started them; what is above is surplus and stopped, the highest first.
//  4. While it is closed, none run. A person's override decides before the hours, until it ends.
//  5. Of several processes that claim one index the one with the right inputs stays, of those the oldest; the others
//     are stopped. A defunct process runs nothing, and a number that was used again bears no mark: no look lists either.
//     What a process left behind when it ended is ended by the door before its instance starts again.
//  6. Nothing starts while a secret that it needs has no version.
//  7. An instance whose inputs changed (command, folder, port, variables, the current version of a secret), or that was
//     started before a person asked for a restart, is restarted: one at a time, the lowest first, and only while all
//     that should run do and each has run for `ready after`. That a secret's previous version ended restarts nothing.
//  8. A restart is disruptive where no other instance is ready, else safe. Stopping as written is safe.
//  9. One that keeps ending soon after its start is a finding; the kernel's back-off spaces the starts, because each is
//     the same action. A start that cannot succeed without a person is a finding too.
//
// The order of the actions: ends that make room, starts, other ends, one restart.

extension InstancesController {
  public static func plan(
    _ resource: Resource<InstancesSpec>, _ observed: Observation<InstancesObserved>, _ context: PlanContext
  ) -> Plan<InstancesAction> {
    let wanted = Wanted(resource, context)
    switch observed {
    case .unknown(let reason, let since): return blind(wanted, reason, since)
    case .known where resource.spec.on == .systemd: return notKept(resource)
    case .known(let found, _):
      var planning = Planning(wanted, found)
      return planning.run()
    }
  }

  /// Rule 2.
  private static func notKept(_ resource: Resource<InstancesSpec>) -> Plan<InstancesAction> {
    var plan = Plan<InstancesAction>(
      .degraded, cell: "not kept", headline: "not kept yet: it runs under systemd")
    plan.reasons = [Reason("rule", "on: systemd", at: resource.place(of: "on"))]
    plan.findings = [
      Finding(
        "not-kept", .warning, "`on: systemd` is read and not kept yet: nothing starts or stops these units",
        mend: "keep the units by systemd's own means, or write `on: process`", at: resource.place(of: "on"))
    ]
    return plan
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
  let census: Census
  var plan: Plan<InstancesAction>

  init(_ wanted: Wanted, _ found: InstancesObserved) {
    self.wanted = wanted
    ended = found.ended
    census = Census(of: found.running, wanted)
    plan = Plan(.ready, cell: "", headline: "")
  }

  mutating func run() -> Plan<InstancesAction> {
    plan.reasons = wanted.reasons
    plan.facts = wanted.closedFact + [wanted.uses(census.all.count)] + census.secretsInUse(wanted.resource.id)
    plan.wake(at: wanted.opening.wakeAt)
    stopClaims()
    startMissing()
    stopSurplus()
    restartChanged()
    reportEnds()
    reportFailedStarts()
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
    for index in census.missing {
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
