import Calendar
import Reconciliation
import Specification
import Testing

@Suite("Files that come, change, break and vanish")
struct FilesTests {
  let lamp = World.lamp("hall")

  @Test("a refused file leaves the last good one in force and is reported once")
  func refused() {
    var world = World()
    world.tell(environment(["hall": 2]))
    let mistake = Mistake(
      place: Place(file: "staging.yaml", line: 3, column: 1), message: "unknown key `wnated`")
    for _ in 0..<3 {
      world.tell(.refused(environment: "staging", file: "staging.yaml", mistakes: [mistake], digest: "bad"))
    }
    #expect(world.log.filter { $0.kind == .refused }.count == 1)
    #expect(world.reconciler.environments["staging"]?.refusal?.mistakes == [mistake])
    world.lit[lamp] = ["lit": 0]
    world.wait(.seconds(60))
    #expect(world.lit[lamp] == ["lit": 2])
    world.tell(environment(["hall": 2]))
    #expect(world.reconciler.environments["staging"]?.refusal == nil)
  }

  @Test("a file that is gone releases its environment: nothing is torn down, nothing is kept")
  func released() {
    var world = World()
    world.tell(environment(["hall": 2]))
    world.tell(.released(environment: "staging"))
    world.lit[lamp] = ["lit": 1]
    world.wait(.seconds(3600))
    #expect(world.lit[lamp] == ["lit": 1])
    #expect(world.reconciler.environments["staging"]?.isReleased == true)
    world.tell(environment(["hall": 2]))
    #expect(world.lit[lamp] == ["lit": 2])
  }

  @Test("a resource that is no longer written is released, and the event names it")
  func dropped() {
    var world = World()
    world.tell(environment(["hall": 2, "stairs": 1]))
    world.tell(environment(["hall": 2]))
    #expect(world.lit[World.lamp("stairs")] == ["lit": 1])
    #expect(world.log.last { $0.kind == .adopted }?.body["released"] == ["staging/lamps/stairs"])
  }

  @Test("the same file after a restart is no news")
  func restart() {
    var world = World()
    world.tell(environment(["hall": 2]))
    var next = world.afterCrash()
    next.tell(.started(version: "1"))
    let before = next.log.count
    next.tell(environment(["hall": 2]))
    #expect(next.log.count == before)
  }

  @Test("an action that is under way when its resource is dropped is still ended in the log")
  func droppedUnderWay() {
    var world = World()
    world.isInstant = false
    world.tell(environment(["hall": 2, "stairs": 0]))
    world.tell(environment(["stairs": 0]))
    world.endActionNow()
    #expect(world.kinds(of: lamp) == [.intended, .done])
    #expect(world.reconciler.memory.resources[lamp]?.intent == nil)
  }

  @Test("a file that is gone for a moment does not let a second action begin beside the first")
  func comesBackDuringAnAction() {
    var world = World()
    world.isInstant = false
    world.tell(environment(["a": 2]))
    #expect(world.underWay.count == 1)
    world.tell(.released(environment: "staging"))
    world.tell(environment(["a": 3]))
    #expect(world.underWay.count == 1)
    world.endActionNow()
    #expect(world.underWay.map(\.action.description) == ["light 3"])
    world.endActionNow()
    #expect(world.kinds(of: World.lamp("a")).filter { $0 == .done }.count == 2)
  }
}
