import Calendar
import Controllers
import Host
import StatusServer
import Testing

@testable import Reconciliation

@Suite("Why not")
struct WhyNotTests {
  /// Not those of pgBackRest: it proves the archive each few minutes, so that a year of it is a hundred thousand actions,
  /// and the search says that it is cut off.
  private static let searchable = GoldenCase.all.filter { !$0.name.hasPrefix("backups/pgbackrest") }

  @Test(
    "of every case and every action: the named conditions make the reducer begin it, without any one of them it does not, and the named moment is the earliest",
    arguments: searchable)
  func named(_ golden: GoldenCase) throws {
    let scene = try Scene(golden, kinds: Controllers.kinds, zones: SystemZones.database)
    let reconciler = try scene.daemon().snapshot.reconciler
    for word in scene.kind.words.keys.sorted() {
      let found = reconciler.whyNot(word, scene.resource.id, at: scene.now)
      #expect(!found.isCutOff)
      let verbs = scene.kind.words[word] ?? []
      let under = reconciler.resources[scene.resource.id]?.underWay
      switch found.verdict {
      case .noSuchAction: Issue.record("\(word) is one of its words")
      case .underWay(let begun): #expect(begun.intent == under?.intent)
      case .blind: #expect(scene.observation.value == nil)
      case .free: #expect(begins(reconciler, scene, verbs, to: scene.now, given: []))
      case .nothing: #expect(!begins(reconciler, scene, verbs, to: scene.now + WhyNot.horizon, given: []))
      case .needs(let ways):
        #expect(!ways.isEmpty)
        for way in ways { hold(reconciler, scene, verbs, way) }
      }
    }
  }

  @Test(
    "every verb of an action that any case plans is one of its controller's words", arguments: GoldenCase.all)
  func words(_ golden: GoldenCase) throws {
    let scene = try Scene(golden, kinds: Controllers.kinds, zones: SystemZones.database)
    let plan = scene.kind.plan(scene.resource, scene.observation, try scene.context())
    for action in plan.actions { #expect(scene.kind.words[action.verb] == [action.verb]) }
    for verb in scene.kind.requests { #expect(scene.kind.words[verb] != nil) }
  }

  /// Holds one way against the forecast, which knows nothing of conditions.
  private func hold(
    _ reconciler: Reconciler, _ scene: Scene, _ verbs: Set<String>, _ way: WhyNot.Way
  ) {
    let set = Set(way.conditions)
    #expect(set.count == way.conditions.count && way.waits.count == set.count)
    #expect(way.waits.allSatisfy { !$0.reason.isEmpty && !$0.endedBy.isEmpty })
    let granted = set.filter(\.isCommand)
    let isLater = set.contains(.time)
    let end = isLater ? way.earliest ?? scene.now : scene.now
    func begins(_ conditions: Set<Condition>, to end: Instant) -> Bool {
      self.begins(reconciler, scene, verbs, to: end, given: conditions)
    }
    #expect(begins(set, to: end), "\(way.conditions) begin it")
    for condition in set {
      let without = set.subtracting([condition])
      #expect(
        !begins(without, to: condition == .time ? scene.now : end), "\(without) without \(condition) do not")
    }
    guard let earliest = way.earliest, earliest > scene.now else { return }
    #expect(begins(granted, to: earliest))
    #expect(!begins(granted, to: earliest - .microseconds(1)))
  }

  /// Whether the forecast begins one of `verbs` until `end`. What is under way at the start, the forecast takes to end
  /// at once; where that was not granted, it is none of its business.
  private func begins(
    _ reconciler: Reconciler, _ scene: Scene, _ verbs: Set<String>, to end: Instant,
    given conditions: Set<Condition>
  ) -> Bool {
    let id = scene.resource.id
    if end == scene.now, reconciler.resources[id]?.underWay != nil, !conditions.contains(.finished) {
      return false
    }
    let copy = reconciler.granting(conditions, to: id, at: scene.now)
    var isBegun = false
    _ = Forecast(of: copy, from: scene.now, to: end) { event, _ in
      isBegun =
        isBegun
        || event.kind == .intended && event.scope?.resource == id
          && event.body["verb"].text.map(verbs.contains) == true
    }
    return isBegun
  }
}
