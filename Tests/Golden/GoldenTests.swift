import Controllers
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import Testing

@Suite("Golden plans")
struct GoldenTests {
  @Test("every case is planned as its plan.txt says, and its actions come to rest", arguments: GoldenCase.all)
  func plan(_ golden: GoldenCase) throws {
    let scene = try Scene(golden, kinds: Controllers.kinds, zones: SystemZones.database)
    let found = try scene.text()
    if getenv("STEWARD_REWRITE_GOLDEN") != nil {
      try Data(found.utf8).write(to: URL(filePath: "\(golden.folder)/plan.txt"))
      return
    }
    let written = String(decoding: try golden.contents("plan.txt"), as: UTF8.self)
    #expect(
      found == written, "after a look at the difference: STEWARD_REWRITE_GOLDEN=1 Tests/run --filter Golden")
  }

  @Test("there are cases of every controller")
  func complete() {
    let folders = Set(GoldenCase.all.compactMap { $0.name.split(separator: "/").first.map(String.init) })
    #expect(folders == Set(Controllers.kinds.map(\.name)))
  }

  @Test("a fact that a resource does not listen to changes nothing of its plan", arguments: GoldenCase.all)
  func listens(_ golden: GoldenCase) throws {
    let scene = try Scene(golden, kinds: Controllers.kinds, zones: SystemZones.database)
    let whole = try scene.context()
    let plan = scene.kind.plan(scene.resource, scene.observation, whole)
    for fact in scene.given.facts ?? [] {
      guard !scene.kind.listens(scene.resource, publishing: plan.facts, to: fact) else { continue }
      let without = try scene.context(without: fact)
      #expect(scene.kind.plan(scene.resource, scene.observation, without) == plan, "\(fact)")
    }
  }

  @Test("the same case gives the same bytes, and unknown does nothing", arguments: GoldenCase.all)
  func pure(_ golden: GoldenCase) throws {
    let scene = try Scene(golden, kinds: Controllers.kinds, zones: SystemZones.database)
    #expect(try scene.text() == scene.text())
    let unknown = scene.kind.plan(
      scene.resource, .unknown(reason: "a test", since: scene.now), try scene.context())
    #expect(unknown.actions.isEmpty)
  }
}
