import Calendar
import Reconciliation
import Testing

@Suite("An approval covers one action, once")
struct ApprovalTests {
  let lamp = World.lamp("hall")

  /// A world in which one lamp is to be lit, and so many people must approve that.
  private func world(approvals count: Int) -> World {
    var world = World()
    world.tell(
      environment(
        ["hall": 2], risk: .destructive,
        guard: Guard(disruptive: .nothing, destructive: .approvals(count, role: "release-engineer"))))
    return world
  }

  private func approve(_ world: inout World, by caller: Caller) {
    let digest = world.reconciler.resources[lamp]?.held.first?.digest ?? ""
    world.tell(.requested(Request(.approve(lamp, digest: digest, reason: ""), by: caller), number: 7))
  }

  private func drift(_ world: inout World, to lit: Int64) {
    world.lit[lamp] = ["lit": .integer(lit)]
    world.tell(.noticed(lamp))
  }

  @Test("the same action that comes again later must be approved again, after a restart too")
  func usedUp() {
    var world = world(approvals: 1)
    approve(&world, by: rita)
    #expect(world.lit[lamp] == ["lit": 2])
    drift(&world, to: 0)
    world.wait(.seconds(600))
    #expect(world.lit[lamp] == ["lit": 0])
    #expect(world.reconciler.resources[lamp]?.held.first?.digest != nil)
    world = world.afterCrash()
    world.tell(
      environment(
        ["hall": 2], risk: .destructive,
        guard: Guard(disruptive: .nothing, destructive: .approvals(1, role: "release-engineer"))))
    #expect(world.lit[lamp] == ["lit": 0])
    approve(&world, by: ruth)
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("an action that fails is tried again on the approval that it had")
  func failed() {
    var world = world(approvals: 1)
    world.outcomes[lamp] = .failure(
      Failure(.transient, code: "x", operation: "x", subject: "x", cause: "x"))
    approve(&world, by: rita)
    #expect(world.kinds(of: lamp).contains(.failed))
    world.outcomes[lamp] = nil
    world.wait(.seconds(600))
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test(
    "what is no longer planned is no longer approved, and the log says so; a look that fails says nothing")
  func lapsed() {
    var world = world(approvals: 2)
    approve(&world, by: rita)
    world.unknown = [lamp]
    drift(&world, to: 0)
    #expect(!world.kinds(of: lamp).contains(.lapsed))
    world.unknown = []
    drift(&world, to: 2)
    #expect(world.kinds(of: lamp).filter { $0 == .lapsed }.count == 1)
    drift(&world, to: 0)
    approve(&world, by: ruth)
    #expect(world.lit[lamp] == ["lit": 0])
    approve(&world, by: rita)
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("an approval ends after a day, and whoever approves again puts that off")
  func ended() {
    var world = world(approvals: 2)
    approve(&world, by: rita)
    approve(&world, by: rita)
    world.wait(.seconds(86_400))
    #expect(world.kinds(of: lamp).filter { $0 == .lapsed }.count == 1)
    approve(&world, by: ruth)
    #expect(world.lit[lamp] != ["lit": 2])
    world.wait(.seconds(80_000))
    approve(&world, by: ruth)
    world.wait(.seconds(80_000))
    approve(&world, by: rita)
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("the approvals of a log from before they had an end count for a day")
  func oldLog() {
    var world = world(approvals: 1)
    let digest = world.reconciler.resources[lamp]?.held.first?.digest ?? ""
    let action = world.log.last { $0.kind == .waiting }?.body["action"] ?? .null
    world.log.append(
      Event(
        sequence: world.log.last!.sequence + 1, at: world.now, scope: Scope(lamp), kind: .approved,
        severity: .notice, actor: "rita", cause: nil, message: "rita approves: light 2",
        body: [
          "digest": .string(digest), "role": "release-engineer", "reason": "", "action": action,
        ]))
    var (early, late) = (world.afterCrash(), world.afterCrash())
    late.now = late.now + .seconds(86_400)
    let file = environment(
      ["hall": 2], risk: .destructive,
      guard: Guard(disruptive: .nothing, destructive: .approvals(1, role: "release-engineer")))
    early.tell(file)
    late.tell(file)
    #expect(early.lit[lamp] == ["lit": 2])
    #expect(late.lit[lamp] == nil)
  }
}
