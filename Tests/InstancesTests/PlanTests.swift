import Calendar
import Host
import Instances
import Reconciliation
import Testing

@Suite struct PlanTests {
  typealias Web = InstancesController
  let now = Fixture.now

  func plan(
    _ spec: InstancesSpec, _ running: [ObservedInstance], ended: [EndedInstance] = [], _ context: PlanContext
  ) -> Plan<InstancesAction> {
    Web.plan(
      Fixture.resource(spec), .known(InstancesObserved(running: running, ended: ended), at: context.now),
      context)
  }

  func spec(_ count: ClosedRange<Int>, _ change: (inout InstancesSpec) -> Void = { _ in }) -> InstancesSpec {
    var spec = InstancesSpec(run: ["/srv/web/bin/web"])
    spec.count = count
    change(&spec)
    return spec
  }

  func lines(_ plan: Plan<InstancesAction>) -> [String] { plan.actions.map(\.description) }

  @Test("the lower bound of the count is kept") func lowerBound() {
    let plan = plan(spec(2...3), [], Fixture.context())
    #expect(lines(plan) == ["start web#1", "start web#2"])
    #expect(plan.state == .changing)
    #expect(plan.cell == "0 of 2..3")
  }

  @Test("what runs up to the upper bound is left alone; what is above is stopped, the highest first")
  func upperBound() {
    let context = Fixture.context()
    let resource = Fixture.resource(spec(2...3))
    let revision = Fixture.revision(resource, context)
    let plan = plan(spec(2...3), (1...5).map { Fixture.running($0, revision) }, context)
    #expect(
      lines(plan) == [
        "stop web#5 (process 5): more run than written", "stop web#4 (process 4): more run than written",
      ])
    #expect(plan.actions.allSatisfy { $0.risk == .safe })
  }

  @Test("of two that claim one index the older with the right inputs stays") func duplicates() {
    let context = Fixture.context()
    let revision = Fixture.revision(Fixture.resource(spec(1...1)), context)
    let plan = plan(
      spec(1...1),
      [
        Fixture.running(1, "old", pid: 10, for: .seconds(9000)),
        Fixture.running(1, revision, pid: 11, for: .seconds(100)),
        Fixture.running(1, revision, pid: 12, for: .seconds(50)),
      ], context)
    #expect(
      lines(plan) == [
        "stop web#1 (process 10): another process is this instance",
        "stop web#1 (process 12): another process is this instance",
      ])
  }

  @Test("an unknown look starts and stops nothing, and every working version of a secret counts as in use")
  func unknown() {
    let facts = Fixture.facts(["KEY": (current: 3, previous: [2])])
    let context = Fixture.context(facts: facts)
    let plan = Web.plan(
      Fixture.resource(spec(1...1) { $0.secrets = ["KEY"] }), .unknown(reason: "no /proc", since: now),
      context)
    #expect(plan.actions.isEmpty)
    #expect(plan.state == .unknown)
    #expect(plan.facts.count { $0.name == .secretInUse } == 2)
    #expect(plan.facts.contains(.uses(by: Fixture.id, now: nil, written: 1, hours: .always)))
    #expect(plan.wakeAt == now + .seconds(30))
  }

  @Test("nothing starts while a secret has no version, and what runs stays") func missingSecret() {
    let context = Fixture.context(facts: Fixture.facts(["A": (current: 1, previous: [])]))
    let plan = plan(spec(2...2) { $0.secrets = ["A", "B"] }, [Fixture.running(1, "whatever")], context)
    #expect(plan.actions.isEmpty)
    #expect(plan.state == .waiting)
    #expect(plan.waitingOn.map(\.reason) == ["the secret B has no version yet"])
    #expect(plan.waitingOn.map(\.endedBy) == ["its first rotation: steward why staging/secrets/B"])
  }

  @Test("a new version of a secret restarts one at a time; the end of its overlap restarts nothing")
  func rotation() throws {
    let spec = spec(2...2) { $0.secrets = ["KEY"] }
    let resource = Fixture.resource(spec)
    let old = Fixture.context(facts: Fixture.facts(["KEY": (current: 1, previous: [])]))
    let revision = Fixture.revision(resource, old)
    let running = (1...2).map { Fixture.running($0, revision, secrets: [SecretGrant("KEY", current: 1)]) }

    let during = plan(
      spec, running, Fixture.context(facts: Fixture.facts(["KEY": (current: 2, previous: [1])])))
    #expect(lines(during) == ["restart web#1 (process 1): version 2 of KEY"])
    #expect(during.actions.first?.risk == .safe)
    guard case .restart(_, _, let renewed, let grants, _, _)? = during.actions.first else { return }
    #expect(grants == [SecretGrant("KEY", current: 2, previous: 1)])
    #expect(during.facts.filter { $0.name == .secretInUse }.map(\.value) == [1])
    #expect(during.facts.contains(.uses(by: Fixture.id, now: 2, written: 2, hours: .always)))

    let after = plan(
      spec, (1...2).map { Fixture.running($0, renewed, secrets: grants) },
      Fixture.context(facts: Fixture.facts(["KEY": (current: 2, previous: [])])))
    #expect(after.actions.isEmpty)
    #expect(after.state == .ready)
    #expect(after.facts.filter { $0.name == .secretInUse }.map(\.value) == [2])
  }

  @Test("the next restart waits until the one before has run for `ready after`") func oneAtATime() {
    let context = Fixture.context()
    let spec = spec(2...2)
    let revision = Fixture.revision(Fixture.resource(spec), context)
    let fresh = Fixture.running(1, revision, for: .seconds(1))
    let waiting = plan(spec, [fresh, Fixture.running(2, "old")], context)
    #expect(waiting.actions.isEmpty)
    #expect(waiting.waitingOn.map(\.reason) == ["the restart of web#2 waits until web#1 has run for 2s"])
    #expect(waiting.wakeAt == now + .seconds(1))

    let later = plan(spec, [fresh, Fixture.running(2, "old")], Fixture.context(at: now + .seconds(1)))
    #expect(lines(later) == ["restart web#2 (process 2): what is written changed"])
  }

  @Test("a restart of the only instance is disruptive, one of several is safe") func risk() {
    let context = Fixture.context()
    #expect(plan(spec(1...1), [Fixture.running(1, "old")], context).actions.map(\.risk) == [.disruptive])
    let two = [Fixture.running(1, "old"), Fixture.running(2, "old")]
    #expect(plan(spec(2...2), two, context).actions.map(\.risk) == [.safe])
  }

  @Test("a missing one starts before any restart") func missingFirst() {
    let plan = plan(spec(2...2), [Fixture.running(2, "old")], Fixture.context())
    #expect(lines(plan) == ["start web#1"])
    #expect(plan.waitingOn.map(\.reason) == ["the restart of web#2 waits until web#1 runs again"])
  }

  @Test("a person's demand restarts what was started before it, and nothing else") func demand() {
    let demand = Demand(at: now - .seconds(60), owner: "anna", reason: "leak", sequence: 7)
    let context = Fixture.context(demands: ["restart": demand])
    let revision = Fixture.revision(Fixture.resource(spec(2...2)), context)
    let plan = plan(
      spec(2...2), [Fixture.running(1, revision, for: .seconds(30)), Fixture.running(2, revision)], context)
    #expect(lines(plan) == ["restart web#2 (process 2): asked for by anna: leak"])
  }

  @Test("a loop of quick ends is a finding with the last words; a changed file ends it") func crashLoop() {
    let context = Fixture.context()
    let revision = Fixture.revision(Fixture.resource(spec(1...1)), context)
    func end(_ deaths: Int, _ revision: String) -> EndedInstance {
      EndedInstance(
        index: 1, endedAt: now - .seconds(1), end: "exited with 3", quickDeaths: deaths, revision: revision,
        lastLines: ["no database", "giving up"])
    }
    #expect(plan(spec(1...1), [], ended: [end(2, revision)], context).findings.isEmpty)
    let looping = plan(spec(1...1), [], ended: [end(3, revision)], context)
    #expect(looping.findings.map(\.code) == ["crash-loop"])
    #expect(
      looping.findings.first?.message
        == "web#1 ended 3 times in a row soon after its start, last it exited with 3; it said: no database | giving up"
    )
    #expect(looping.state == .degraded)
    #expect(lines(looping) == ["start web#1"])
    #expect(plan(spec(1...1), [], ended: [end(3, "before")], context).findings.isEmpty)

    // While it runs for the moment the finding stays, and time ends it.
    let between = plan(
      spec(1...1), [Fixture.running(1, revision, for: .seconds(20))], ended: [end(3, revision)], context)
    #expect(between.findings.map(\.code) == ["crash-loop"])
    #expect(between.wakeAt == now + .seconds(40))
    let over = plan(
      spec(1...1), [Fixture.running(1, revision, for: .seconds(60))], ended: [end(3, revision)], context)
    #expect(over.findings.isEmpty)
  }

  @Test("outside of its hours none run, others are told, and an override decides until it ends") func hours()
    throws
  {
    let weekdays = try spec(1...1) { _ in }.with(hours: Hours(open: ["Mon..Fri 07:00-20:00"]))
    let monday = try #require(Instant(rfc3339: "2026-11-23T07:00:00Z"))
    let closed = plan(weekdays, [], Fixture.context())
    #expect(closed.state == .closed)
    #expect(closed.cell == "off")
    #expect(closed.headline == "none running, as written")
    #expect(closed.facts.contains(.closed(Fixture.id, until: monday)))
    #expect(closed.wakeAt == monday)

    let still = plan(weekdays, [Fixture.running(1, "any")], Fixture.context())
    #expect(lines(still) == ["stop web#1 (process 1): none run now, as written"])

    #expect(lines(plan(weekdays, [], Fixture.context(at: monday))) == ["start web#1"])
    #expect(plan(weekdays, [], Fixture.context(at: monday - .microseconds(1))).actions.isEmpty)
  }

  @Test("a start in the future means that the clock was set back, not that it has just started")
  func clockBack() {
    let context = Fixture.context()
    let revision = Fixture.revision(Fixture.resource(spec(1...1)), context)
    let plan = plan(spec(1...1), [Fixture.running(1, revision, for: .seconds(-3600))], context)
    #expect(plan.state == .ready)
    #expect(plan.wakeAt == now + .seconds(3600))
  }

  @Test("a unit that cannot start is a finding and is not tried, and the others start") func hindered() {
    var observed = InstancesObserved()
    observed.hindered = [Hindrance(index: 2, unit: "web@2.service", kind: .masked)]
    let spec = spec(3...3) {
      $0.on = .systemd
      $0.unit = "web@"
    }
    let plan = Web.plan(Fixture.resource(spec), .known(observed, at: now), Fixture.context())
    #expect(lines(plan) == ["start web#1", "start web#3"])
    #expect(plan.findings.map(\.message) == ["web@2.service cannot be started: it is masked"])
  }

  @Test("a unit whose file systemd has not read again is a finding, and runs on") func stale() {
    let context = Fixture.context()
    let spec = spec(1...1) { $0.on = .systemd }
    var observed = InstancesObserved(
      running: [Fixture.running(1, Fixture.revision(Fixture.resource(spec), context))])
    observed.stale = "web@1.service"
    let plan = Web.plan(Fixture.resource(spec), .known(observed, at: now), context)
    #expect(plan.actions.isEmpty && plan.cell == "1 of 1" && plan.state == .degraded)
    #expect(plan.findings.map(\.code) == ["unit-stale"])
    #expect(plan.findings.first?.mend == "systemctl daemon-reload")
  }

  @Test("a unit that somebody masked does not hold up the restart of the others; one that is missing does")
  func maskedSibling() {
    let spec = spec(3...3) {
      $0.on = .systemd
      $0.unit = "web@"
    }
    func lines(_ kind: Hindrance.Kind) -> [String] {
      var observed = InstancesObserved()
      observed.hindered = [Hindrance(index: 2, unit: "web@2.service", kind: kind)]
      observed.running = [Fixture.running(1, "old"), Fixture.running(3, "old")]
      let plan = Web.plan(Fixture.resource(spec), .known(observed, at: now), Fixture.context())
      return self.lines(plan)
    }
    #expect(lines(.masked).count == 1 && lines(.masked)[0].hasPrefix("restart web#1"), "\(lines(.masked))")
    #expect(lines(.missing) == [])
  }

  @Test("a unit that systemd does not call ready holds up the next restart, however long it has run")
  func notReady() {
    let context = Fixture.context()
    let spec = spec(2...2) { $0.on = .systemd }
    var starting = Fixture.running(1, Fixture.revision(Fixture.resource(spec), context))
    starting.notReady = "it is starting (start)"
    let plan = plan(spec, [starting, Fixture.running(2, "old")], context)
    #expect(plan.actions.isEmpty && plan.cell == "1 of 2")
    #expect(
      plan.waitingOn.map(\.reason) == [
        "the restart of web#2 waits until web#1 is ready: it is starting (start)"
      ])
  }

  @Test("an action is read back from the log as it was written") func codable() throws {
    let action = InstancesAction.restart(
      instance: InstanceName("web", 1), process: Fixture.process(4), revision: "ab",
      secrets: [SecretGrant("KEY", current: 3, previous: 2)], others: 1, why: "version 3 of KEY")
    let json = try JSON(encoding: action)
    #expect(json["restart"]["instance"] == "web#1")
    #expect(json["restart"]["secrets"] == ["KEY:3:2"])
    #expect(try json.decoded(as: InstancesAction.self) == action)
  }
}

extension InstancesSpec {
  func with(hours: Hours) -> InstancesSpec {
    var spec = self
    spec.hours = hours
    return spec
  }
}
