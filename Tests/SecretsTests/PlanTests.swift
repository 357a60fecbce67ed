import Calendar
import Reconciliation
import SecretStore
import Testing

@testable import Secrets

@Suite("Plans of secrets")
struct PlanTests {
  private func plan(
    _ resource: Resource<SecretSpec>, _ seen: SecretObserved, at now: Instant = noon,
    memory: ResourceMemory = ResourceMemory(), facts: [Fact] = []
  ) -> Plan<SecretAction> {
    var published = Facts()
    for fact in facts { _ = published.publish([fact], by: fact.publisher) }
    let context = PlanContext(now: now, environment: .staging(), memory: memory, facts: published)
    return SecretsController.plan(resource, .known(seen, at: now), context)
  }

  private func version(
    _ number: Int, _ phase: SecretVersion.Phase, age: Duration = .zero, until: Instant? = nil
  ) -> SecretVersion {
    SecretVersion(number: number, created: noon - age, phase: phase, overlapUntil: until)
  }

  @Test("a value is due in the very moment in which its period ends, and not before")
  func boundary() {
    let resource = secret(["kind": "api-key"])
    let seen = SecretObserved(versions: [version(3, .current, age: days(90) - .microseconds(1))])
    let before = plan(resource, seen)
    #expect(before.actions.isEmpty)
    #expect(before.cell == "due soon")
    #expect(before.wakeAt == noon + .microseconds(1))
    #expect(
      plan(resource, seen, at: noon + .microseconds(1)).actions.map(\.description) == [
        "prepare version 4: every 90d"
      ])
  }

  @Test("months are counted by the calendar")
  func months() {
    let resource = secret(["kind": "signing-key"])
    let made = Instant(rfc3339: "2026-08-31T10:00:00Z")!
    let seen = SecretObserved(versions: [SecretVersion(number: 1, created: made, phase: .current)])
    let end = Instant(rfc3339: "2027-02-28T10:00:00Z")!
    #expect(plan(resource, seen).wakeAt == end)
    #expect(plan(resource, seen, at: end - .seconds(1)).actions.isEmpty)
    #expect(plan(resource, seen, at: end).actions.map(\.step) == [.prepare])
  }

  @Test("a version from the future has no age, which is said")
  func future() {
    let seen = SecretObserved(versions: [version(1, .current, age: .zero - days(400))])
    let plan = plan(secret(["kind": "api-key"]), seen)
    #expect(plan.actions.isEmpty)
    #expect(plan.findings.map(\.code) == ["made-in-future"])
    #expect(plan.cell == "v1, new")
  }

  @Test("a former version stays while its overlap lasts, then while somebody runs with it, who is named")
  func retirement() {
    let resource = secret(["kind": "api-key", "overlap": "1d"])
    let web = ResourceID(environment: "staging", controller: "instances", name: "web")
    let inUse = Fact.secretInUse(by: web, name: "API_KEY", version: 2)
    let seen = SecretObserved(versions: [version(2, .previous, until: noon), version(3, .current)])
    let during = plan(resource, seen, at: noon - .microseconds(1), facts: [inUse])
    #expect(during.actions.isEmpty && during.waitingOn.isEmpty && during.state == .ready)
    #expect(during.wakeAt == noon)
    let used = plan(resource, seen, facts: [inUse])
    #expect(used.actions.isEmpty && used.state == .waiting)
    #expect(used.waitingOn.map(\.reason) == ["version 2 is still in use by staging/instances/web"])
    #expect(plan(resource, seen).actions.map(\.description) == ["retire version 2"])
  }

  @Test("setting a value by a command is disruptive where the value in force dies with it")
  func risk() {
    let under = [version(1, .current, age: days(90)), version(2, .pending)]
    let rotate: Written = ["/srv/bin/set"]
    let hard = secret(["kind": "api-key", "rotate": rotate])
    let soft = secret(["kind": "api-key", "rotate": rotate, "overlap": "1d"])
    #expect(plan(hard, SecretObserved(versions: under)).actions.map(\.risk) == [.disruptive])
    #expect(plan(soft, SecretObserved(versions: under)).actions.map(\.risk) == [.safe])
    #expect(plan(hard, SecretObserved(versions: [version(1, .pending)])).actions.map(\.risk) == [.safe])
    let cutOff = plan(hard, SecretObserved(versions: under, leftover: true)).actions
    #expect(cutOff.map(\.step) == [.set] && cutOff.map(\.risk) == [.safe])
  }

  @Test("a pending value that no server will be told is abandoned, unless one was told already")
  func abandoned() {
    let resource = secret(["kind": "database-password", "in": "database/main", "role": "web"])
    let seen = SecretObserved(versions: [version(1, .current), version(2, .pending)])
    #expect(plan(resource, seen).actions.map(\.step) == [.abandon])
    var told = seen
    told.leftover = true
    #expect(plan(resource, told).actions.map(\.step) == [.test, .tidy])
  }

  @Test("what a vault keeps of former documents goes, but nothing before a `rotate` cut off is done again")
  func tidied() {
    let rotate: Written = ["/srv/bin/set"]
    let resource = secret(["kind": "api-key", "rotate": rotate, "file": "/srv/web/key.env"])
    func steps(leftover: Bool, _ state: SecretFileSeen) -> [SecretAction.Step] {
      let seen = SecretObserved(
        versions: [version(1, .current, age: days(90)), version(2, .pending)], file: state,
        leftover: leftover, superseded: true)
      return plan(resource, seen).actions.map(\.step)
    }
    #expect(steps(leftover: false, .holds(1)) == [.set, .tidy])
    #expect(steps(leftover: true, .holds(1)) == [.set])
    let unusable = SecretFileSeen(.unusable, reason: "it is a symbolic link")
    #expect(steps(leftover: false, unusable) == [.tidy])
    #expect(steps(leftover: true, unusable).isEmpty)
  }

  @Test("two versions under way are for a person to decide")
  func tangled() {
    let seen = SecretObserved(versions: [version(1, .current), version(2, .set), version(3, .tested)])
    let plan = plan(secret(["kind": "api-key"]), seen)
    #expect(plan.actions.isEmpty)
    #expect(plan.findings.map(\.code) == ["tangled"])
  }

  @Test("with four former versions in use, no fifth is made")
  func crowded() {
    let web = ResourceID(environment: "staging", controller: "instances", name: "web")
    let former = (1...4).map { version($0, .previous, age: days(200), until: noon - .seconds(9)) }
    let other = (1...4).map { number in
      Fact.secretInUse(
        by: ResourceID(environment: "staging", controller: "instances", name: "web\(number)"),
        name: "API_KEY",
        version: number)
    }
    let seen = SecretObserved(versions: former + [version(5, .current, age: days(100))])
    let plan = plan(
      secret(["kind": "api-key"]), seen, facts: other + [.secretInUse(by: web, name: "OTHER", version: 1)])
    #expect(plan.actions.isEmpty)
    #expect(plan.findings.map(\.code) == ["too-many-versions", "overdue"])
  }

  @Test("nothing is done about what is not known")
  func unknown() {
    let context = PlanContext(now: noon, environment: .staging())
    let plan = SecretsController.plan(
      secret(["kind": "api-key"]), .unknown(reason: "the store is damaged", since: noon), context)
    #expect(plan.actions.isEmpty && plan.facts.isEmpty)
    #expect(plan.state == .unknown)
    #expect(plan.wakeAt == noon + .seconds(30))
  }
}
