import Calendar
import Reconciliation
import Testing

@Suite("What stands before an action")
struct GuardTests {
  let lamp = World.lamp("hall")

  private func approve(_ world: inout World, by caller: Caller, digest: String? = nil) -> Answer? {
    let held = world.reconciler.resources[lamp]?.held.first?.digest ?? ""
    world.tell(
      .requested(Request(.approve(lamp, digest: digest ?? held, reason: "agreed"), by: caller), number: 7))
    return world.answers[7]
  }

  @Test("a disruptive action waits for the change window and then happens without anybody")
  func window() throws {
    let nights = try Hours(open: ["22:00-23:00"])
    let noon = try #require(Instant(rfc3339: "2026-11-23T12:00:00Z"))
    var world = World(at: noon)
    world.tell(
      environment(
        ["hall": 2], risk: .disruptive, guard: Guard(disruptive: .window, destructive: .window),
        window: nights))
    #expect(world.lit[lamp] == nil)
    #expect(
      world.reconciler.resources[lamp]?.held.first?.wait.until == Instant(rfc3339: "2026-11-23T22:00:00Z"))
    world.wait(.seconds(9 * 3600))
    #expect(world.kinds(of: lamp) == [.waiting])
    world.wait(.seconds(3600))
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("a destructive action needs two approvals by two people of the role")
  func approvals() {
    var world = World()
    world.tell(
      environment(
        ["hall": 2], risk: .destructive,
        guard: Guard(disruptive: .nothing, destructive: .approvals(2, role: "release-engineer"))))
    #expect(approve(&world, by: anna).map(isForbidden) == true)
    _ = approve(&world, by: rita)
    _ = approve(&world, by: rita)
    #expect(world.lit[lamp] == nil)
    _ = approve(&world, by: ruth)
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("an approval is void when what was approved changes, and the wait says so")
  func void() {
    let twice = Guard(disruptive: .nothing, destructive: .approvals(1, role: "release-engineer"))
    var world = World()
    world.tell(environment(["hall": 2], risk: .destructive, guard: twice))
    let digest = world.reconciler.resources[lamp]?.held.first?.digest
    world.isInstant = false
    world.tell(environment(["hall": 3], risk: .destructive, guard: twice))
    guard case .refused(.conflict, let message)? = approve(&world, by: rita, digest: digest) else {
      Issue.record("an approval of another plan was accepted")
      return
    }
    #expect(message.contains("light 3"))
    #expect(world.lit[lamp] == nil)
  }

  @Test("a suspended resource is watched and not touched, until somebody resumes it or it ends")
  func suspended() {
    var world = World()
    world.tell(environment(["hall": 2]))
    world.tell(
      .requested(
        Request(
          .suspend(Scope(environment: "staging"), until: world.now + .seconds(600), reason: "a demo"),
          by: anna),
        number: 1))
    world.lit[lamp] = ["lit": 0]
    world.wait(.seconds(500))
    #expect(world.lit[lamp] == ["lit": 0])
    #expect(world.reconciler.resources[lamp]?.state == .waiting)
    world.wait(.seconds(101))
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("an override has an owner, a reason and an end, and ends by itself")
  func override() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let ask = Request.Ask.close(Scope(lamp), until: world.now + .seconds(600), reason: "painting")
    world.tell(.requested(Request(ask, by: anna), number: 1))
    #expect(world.lit[lamp] == ["lit": 0])
    world.wait(.seconds(599))
    #expect(world.lit[lamp] == ["lit": 0])
    world.wait(.seconds(1))
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test(
    "a request without a reason, for the past, for nothing or for too long is refused with what was meant")
  func senseless() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let scope = Scope(lamp)
    let asks: [(Request.Ask, String)] = [
      (.open(scope, until: world.now + .seconds(60), reason: ""), "say why"),
      (.open(scope, until: world.now, reason: "x"), "not in the future"),
      (.close(scope, until: world.now + .seconds(40 * 86_400), reason: "x"), "belongs in the file"),
      (.resume(scope), "is not suspended"),
      (.end(scope), "nobody has opened"),
      (.demand(verb: "polish", lamp, reason: ""), "flash"),
      (.suspend(Scope("staging/lamps/attic")!, until: nil, reason: "x"), "staging/lamps/hall"),
      (.suspend(Scope("prod")!, until: nil, reason: "x"), "there are: staging"),
    ]
    for (number, (ask, expected)) in asks.enumerated() {
      world.tell(.requested(Request(ask, by: anna), number: UInt64(number)))
      guard case .refused(_, let message)? = world.answers[UInt64(number)] else {
        Issue.record("\(ask) was accepted")
        continue
      }
      #expect(message.contains(expected), "\(message)")
    }
    #expect(!world.log.contains { [.opened, .closed, .suspended, .requested].contains($0.kind) })
  }

  @Test("who may not is refused by role, and a peer who knocks in a loop does not fill the log")
  func denied() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let mallory = Caller(name: "mallory", roles: [], isOwner: false)
    for number in 0..<50 {
      world.tell(.requested(Request(.reveal(lamp), by: anna), number: UInt64(number)))
      let scope = Scope("staging/lamps/\(number)")!
      world.tell(.requested(Request(.reconcile(scope), by: mallory), number: UInt64(100 + number)))
      world.tell(.turnedAway(mallory, what: "status"))
    }
    #expect(world.answers.values.allSatisfy(isForbidden))
    func denials() -> [Event] { world.log.filter { $0.kind == .denied } }
    #expect(denials().count == 10)
    world.wait(.seconds(3_600))
    #expect(denials().dropFirst(10).map(\.body["more"]) == [45, 95])
    // What a caller types stands in no event.
    #expect(denials().allSatisfy { $0.scope?.controller == nil })
    world.tell(.turnedAway(mallory, what: "status"))
    #expect(denials().count == 13)
  }

  @Test("a day of knocking costs the log a line a minute, and ten thousand callers no time")
  func flood() {
    var world = World()
    let mallory = Caller(name: "mallory", roles: [], isOwner: false)
    for _ in 0..<(24 * 60) {
      for _ in 0..<10 { world.tell(.turnedAway(mallory, what: "status")) }
      world.wait(.seconds(60))
    }
    let told = world.log.filter { $0.kind == .denied }
    #expect(told.count <= 24 * 60 + 5)
    #expect(told.reduce(0) { $0 + ($1.body["more"].int ?? 1) } == 24 * 60 * 10)
    for number in 0..<10_000 {
      world.tell(.turnedAway(Caller(name: "uid \(number)", roles: [], isOwner: false), what: "status"))
    }
    #expect(world.log.count == told.count + 10_000)
  }

  @Test("what a caller may not see is answered as if it were not there, and tells no name of it")
  func unseen() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let stranger = Caller(name: "eve", roles: [], isOwner: false)
    let names = ["staging", "nowhere", "staging/lamps/hall", "nowhere/lamps/hall"]
    var answers: Set<Answer> = []
    for (number, name) in names.enumerated() {
      world.tell(.requested(Request(.reconcile(Scope(name)!), by: stranger), number: UInt64(number)))
      if let answer = world.answers[UInt64(number)] { answers.insert(answer) }
    }
    #expect(answers == [.refused(.forbidden, message: "eve may not read any environment")])
    #expect(world.log.filter { $0.kind == .denied }.count == 4)
    // Who approves and does not read learns what the permission is for, and no names.
    for (number, scope) in ["staging/lamps/attic", "nowhere/lamps/attic"].enumerated() {
      let ask = Request.Ask.approve(ResourceID(scope)!, digest: "x", reason: "")
      world.tell(.requested(Request(ask, by: rita), number: UInt64(10 + number)))
    }
    #expect(world.answers[10] == .refused(.unknownSubject, message: "there is no staging/lamps/attic"))
    #expect(world.answers[11].map(isForbidden) == true)
  }

  @Test("what is no secret is not read, and nothing says that it was")
  func noSecret() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let root = Caller(name: "root", roles: [], isOwner: true)
    world.tell(.requested(Request(.reveal(lamp), by: root), number: 1))
    guard case .refused(.invalid, let message)? = world.answers[1] else {
      Issue.record("a lamp was read as if it were a secret")
      return
    }
    #expect(message.contains("holds no secrets"))
    #expect(!world.log.contains { $0.kind == .revealed })
  }

  @Test("a demand reaches the plan of what it was made of")
  func demand() {
    var world = World()
    world.tell(environment(["hall": 2, "stairs": 1]))
    world.tell(.requested(Request(.demand(verb: "flash", lamp, reason: ""), by: anna), number: 1))
    #expect(world.reconciler.context(of: lamp, at: world.now)?.requested("flash")?.owner == "anna")
    #expect(world.reconciler.context(of: World.lamp("stairs"), at: world.now)?.requested("flash") == nil)
  }

  private func isForbidden(_ answer: Answer) -> Bool {
    if case .refused(.forbidden, _) = answer { true } else { false }
  }
}
