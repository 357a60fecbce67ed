import Calendar
import Reconciliation
import Testing

@Suite("The reducer")
struct ReconcilerTests {
  let lamp = World.lamp("hall")

  @Test("an intent is recorded before its effect, and its end after it")
  func intentFirst() {
    var reconciler = Reconciler(kinds: World.kinds)
    let now = Instant(seconds: 1_763_000_000)
    _ = reconciler.step(environment(["hall": 2]), now: now)
    let world = World()
    let effects = reconciler.step(.observed(lamp, .known(world.observed(lamp), at: now)), now: now)
    guard case .record(let events) = effects.first, case .perform(let action, _, let intent) = effects.last
    else {
      Issue.record("expected a record and then a perform, found \(effects)")
      return
    }
    #expect(events.last?.kind == .intended)
    #expect(events.last?.sequence == intent)
    #expect(action.description == "light 2")
  }

  @Test("what is written comes to be, and then nothing more happens")
  func converges() {
    var world = World()
    world.tell(environment(["hall": 2, "stairs": 1]))
    #expect(world.lit[lamp] == ["lit": 2])
    #expect(world.kinds(of: lamp) == [.intended, .done])
    let before = world.log.count
    world.wait(.seconds(3600))
    #expect(world.log.count == before)
  }

  @Test("one action at a time on a resource, whatever is noticed meanwhile")
  func oneAtATime() {
    var world = World()
    world.isInstant = false
    world.tell(environment(["hall": 2]))
    for _ in 0..<5 { world.tell(.noticed(lamp)) }
    world.tell(environment(["hall": 3]))
    #expect(world.underWay.count == 1)
    world.isInstant = true
    world.endActionNow()
    #expect(world.lit[lamp] == ["lit": 3])
  }

  @Test("unknown is never absent: nothing is done, the log says so once, and again when it is known")
  func unknown() {
    var world = World()
    world.unknown = [lamp]
    world.tell(environment(["hall": 2]))
    world.wait(.seconds(600))
    #expect(world.kinds(of: lamp) == [.unknown])
    world.unknown = []
    world.wait(.seconds(60))
    #expect(world.kinds(of: lamp) == [.unknown, .known, .intended, .done])
  }

  @Test("an action that does not take is said once and tried with growing pauses")
  func doesNotTake() {
    var world = World()
    world.outcomes[lamp] = .success(false)
    world.tell(environment(["hall": 2]))
    world.wait(.seconds(60))
    let kinds = world.kinds(of: lamp)
    #expect(kinds.filter { $0 == .unconfirmed }.count == 1)
    #expect((5...7).contains(kinds.filter { $0 == .intended }.count))
    world.outcomes = [:]
    world.wait(.seconds(600))
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("a failure that cannot pass waits for the file, one that needs a person for the person")
  func classes() {
    var world = World()
    world.outcomes[lamp] = .failure(
      Failure(.terminal, code: "x", operation: "light", subject: "hall", cause: "no such bulb"))
    world.tell(environment(["hall": 2]))
    world.wait(.seconds(86_400))
    #expect(world.kinds(of: lamp).filter { $0 == .intended }.count == 1)
    world.outcomes[lamp] = .failure(
      Failure(.needsOperator, code: "x", operation: "light", subject: "hall", cause: "locked"))
    world.tell(environment(["hall": 3]))
    world.wait(.seconds(86_400))
    #expect(world.kinds(of: lamp).filter { $0 == .intended }.count == 2)
    world.outcomes = [:]
    world.tell(.requested(Request(.reconcile(Scope(lamp)), by: anna), number: 1))
    #expect(world.lit[lamp] == ["lit": 3])
  }

  @Test(
    "of a hundred actions on one resource that come to nothing, each keeps its own pause",
    arguments: [true, false])
  func manyAttempts(fails: Bool) throws {
    var memory = Memory()
    let failure = Failure(.transient, code: "x", operation: "light", subject: "hall", cause: "no current")
    let (start, body) = (Instant(seconds: 1_763_000_000), try JSON(encoding: failure))
    for number in 0..<200 {
      for kind in [EventKind.intended, fails ? .failed : .done] {
        let event = Event(
          sequence: memory.lastSequence + 1, at: start + .milliseconds(number * 50), scope: Scope(lamp),
          kind: kind, severity: .notice, actor: "steward", cause: nil, message: "",
          body: ["action": ["bulb": .integer(Int64(number % 100))], "verb": "light", "failure": body])
        memory.apply(event)
      }
    }
    let attempts = memory.resources[lamp]?.attempts ?? [:]
    #expect(attempts.count == 100)
    #expect(attempts.values.allSatisfy { $0.backoff.attempts == 2 })
  }

  @Test("what takes minutes to fail is repeated after pauses that double, like any other")
  func slowFailures() throws {
    var memory = Memory()
    let failure = Failure(.transient, code: "x", operation: "light", subject: "hall", cause: "no current")
    let body = try JSON(encoding: failure)
    var now = Instant(seconds: 1_763_000_000)
    var pauses: [Duration] = []
    for _ in 0..<5 {
      for kind in [EventKind.intended, .failed] {
        let event = Event(
          sequence: memory.lastSequence + 1, at: now, scope: Scope(lamp), kind: kind, severity: .notice,
          actor: "steward", cause: nil, message: "",
          body: ["action": ["bulb": 1], "verb": "light", "failure": body])
        memory.apply(event)
        if kind == .intended { now += .seconds(120) }
      }
      let backoff = try #require(memory.resources[lamp]?.attempts.values.first?.backoff)
      pauses.append(backoff.pause)
      now = backoff.nextAttempt
    }
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $1 > $0 }, "\(pauses)")
  }

  @Test("the earliest wake is never masked by a farther one, and a stale wake does nothing")
  func wakes() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let first = world.reconciler.nextWake
    world.tell(.noticed(lamp))
    #expect(first != nil && world.reconciler.nextWake == first)
    let steps = world.log.count
    world.wait(.seconds(61))
    #expect(world.log.count == steps)
  }

  @Test("a clock that steps back makes everything be looked at again, and says so")
  func clockBack() {
    var world = World()
    world.tell(environment(["hall": 2]))
    world.lit[lamp] = ["lit": 0]
    world.now = world.now - .seconds(3600)
    world.tell(.woke)
    #expect(world.log.contains { $0.kind == .clock })
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("a clock that steps forward a day catches up once")
  func clockForward() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let before = world.log.count
    world.now = world.now + .seconds(86_400)
    world.tell(.woke)
    #expect(world.log.count == before)
  }

  @Test("the facts of one controller reach the other within one step")
  func facts() {
    var world = World()
    world.tell(environment(["hall": 0], nightlights: ["hall"]))
    #expect(world.lit[World.nightlight("hall")] == ["isOn": true])
    world.tell(environment(["hall": 1], nightlights: ["hall"]))
    #expect(world.lit[World.nightlight("hall")] == ["isOn": false])
  }

  @Test("an action begins only on a fresh look")
  func freshness() {
    var world = World()
    world.tell(environment(["hall": 0], nightlights: ["hall"]))
    world.now = world.now + .seconds(30)
    // The lamp changes by hand; the nightlight was last seen half a minute ago and is looked at before it is switched.
    world.lit[World.nightlight("hall")] = ["isOn": false]
    world.tell(environment(["hall": 1], nightlights: ["hall"]))
    #expect(world.kinds(of: World.nightlight("hall")).filter { $0 == .intended }.count == 1)
  }

  @Test("findings are raised once and cleared once")
  func findings() {
    var world = World()
    world.tell(environment(["hall": 9]))
    world.wait(.seconds(600))
    world.tell(environment(["hall": 1]))
    let kinds = world.kinds(of: lamp).filter { $0 == .finding || $0 == .cleared }
    #expect(kinds == [.finding, .cleared])
  }

  @Test("a look that fails clears no finding, and the next that succeeds does not raise it again")
  func findingsInFog() {
    var world = World()
    world.tell(environment(["hall": 9]))
    world.unknown = [lamp]
    world.tell(.noticed(lamp))
    world.unknown = []
    world.tell(.noticed(lamp))
    #expect(world.kinds(of: lamp).filter { $0 == .finding || $0 == .cleared } == [.finding])
    world.tell(environment(["hall": 1]))
    #expect(world.kinds(of: lamp).filter { $0 == .finding || $0 == .cleared } == [.finding, .cleared])
  }

  @Test("the same inputs give the same bytes")
  func deterministic() throws {
    func run() throws -> [UInt8] {
      var world = World()
      world.outcomes[World.lamp("stairs")] = .success(false)
      world.tell(environment(["hall": 2, "stairs": 1, "attic": 9], nightlights: ["hall"]))
      world.wait(.seconds(300))
      return try world.log.flatMap { try JSON(encoding: $0).bytes }
    }
    #expect(try run() == run())
  }
}

extension ReconcilerTests {
  @Test("a fact that changes between an action's end and the look after it does not make the action doubtful")
  func factsBeforeTheLook() {
    var reconciler = Reconciler(kinds: World.kinds)
    let now = Instant(seconds: 1_763_000_000)
    let world = World()
    let night = World.nightlight("hall")
    _ = reconciler.step(environment(["hall": 0], nightlights: ["hall"]), now: now)
    _ = reconciler.step(.observed(night, .known(world.observed(night), at: now)), now: now)
    // The lamp is off, which the nightlight learns as a fact; it has been looked at just now, so it is switched on.
    let begun = reconciler.step(.observed(lamp, .known(world.observed(lamp), at: now)), now: now)
    guard case .perform(_, _, let intent)? = begun.last else {
      Issue.record("expected the nightlight to be switched on, found \(begun)")
      return
    }
    _ = reconciler.step(.finished(intent: intent, of: night, .success(Outcome("on"))), now: now)
    // Another lamp appears before the look: a fact of the environment changes.
    _ = reconciler.step(environment(["hall": 0, "stairs": 0], nightlights: ["hall"]), now: now)
    let stairs = World.lamp("stairs")
    let after = reconciler.step(.observed(stairs, .known(world.observed(stairs), at: now)), now: now)
    for case .record(let events) in after { #expect(!events.contains { $0.kind == .unconfirmed }) }
  }

  @Test("plans that facts make put off no look: what drifts unannounced is seen all the same")
  func looksAreNotPutOff() {
    var world = World()
    world.tell(environment(["bright": 2, "busy": 1]))
    // Somebody takes out a lamp, and nothing announces it.
    world.lit[World.lamp("bright")] = ["lit": 0]
    for number in 1...6 {
      let ask: Request.Ask =
        number.isMultiple(of: 2)
        ? .end(Scope(World.lamp("busy")))
        : .close(Scope(World.lamp("busy")), until: world.now + .seconds(3_600), reason: "a blink")
      world.tell(.requested(Request(ask, by: anna), number: UInt64(number)))
      world.wait(.seconds(20))
    }
    #expect(world.lit[World.lamp("bright")] == ["lit": 2])
  }
}
