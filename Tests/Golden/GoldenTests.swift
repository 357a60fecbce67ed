import Calendar
import Controllers
import Explanation
import FoundationEssentials
import Glibc
import Host
import Reconciliation
import StatusAPI
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

  @Test("every case is explained as its why.txt says", arguments: GoldenCase.all)
  func why(_ golden: GoldenCase) async throws {
    let scene = try Scene(golden, kinds: Controllers.kinds, zones: SystemZones.database)
    let found = try await scene.why().page(in: scene.header.zone).text() + "\n"
    if getenv("STEWARD_REWRITE_GOLDEN") != nil {
      try Data(found.utf8).write(to: URL(filePath: "\(golden.folder)/why.txt"))
      return
    }
    let written = String(decoding: try golden.contents("why.txt"), as: UTF8.self)
    #expect(
      found == written, "after a look at the difference: STEWARD_REWRITE_GOLDEN=1 Tests/run --filter Golden")
  }

  @Test(
    "every explanation has a rule with its line, the inputs, what led here, and what would change it",
    arguments: GoldenCase.all)
  func explained(_ golden: GoldenCase) async throws {
    let scene = try Scene(golden, kinds: Controllers.kinds, zones: SystemZones.database)
    let why = try await scene.why()
    let rows = why.page(in: scene.header.zone).text().split(separator: "\n").map(String.init)
    func has(_ label: String, _ text: String = "") -> Bool {
      rows.contains { $0.hasPrefix("  \(label) ") && $0.contains(text) }
    }
    #expect(has("rule", "staging.yaml:") || has("rule", "\(scene.header.name).yaml:"))
    #expect(has("now", scene.header.zone.name))
    #expect(has("looked"))
    #expect(has("file", "in force since"))
    #expect(has("led here", "event "))
    #expect(has("by itself"))
    #expect(has("by edit", ".yaml:"))
    let waits = why.resource.waits + why.resource.actions.compactMap(\.hold)
    #expect(waits.allSatisfy { !$0.reason.isEmpty && !$0.endedBy.isEmpty })
    #expect(waits.allSatisfy { $0.endedBy != "time" || $0.until != nil }, "time ends it: when?")
    #expect(rows.count { $0.hasPrefix("  ended by ") } == waits.count)
    #expect(why.resource.findings.allSatisfy { !$0.mend.isEmpty })
    #expect(rows.count { $0.hasPrefix("  mend ") } == why.resource.findings.count)
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
