import Calendar
import Host
import Instances
import Reconciliation
import Specification
import Testing

/// As many as the load wants: a day of it, minute by minute, against the log that the decisions are written to.
@Suite struct ScalingTests {
  /// An environment in which every start succeeds and the load is what a function of the minute says.
  private struct World {
    let resource: Resource<InstancesSpec>
    var now = Fixture.now
    var observed = InstancesObserved()
    var memory = Memory()
    var sequence: Int64 = 0
    var highest: [(at: Instant, load: Int)] = []
    var decisions: [(minute: Int, from: Int, to: Int)] = []

    init(_ scaling: Scaling, count: ClosedRange<Int>) {
      var spec = InstancesSpec(run: ["/srv/web/bin/web"])
      spec.count = count
      spec.scaling = scaling
      resource = Fixture.resource(spec)
    }

    mutating func plan() -> Plan<InstancesAction> {
      InstancesController.plan(
        resource, .known(observed, at: now),
        PlanContext(Fixture.id, in: Fixture.header, remembering: memory, facts: Facts(), at: now))
    }

    private mutating func record(_ kind: EventKind, _ action: InstancesAction) throws {
      sequence += 1
      memory.apply(
        Event(
          sequence: sequence, at: now, scope: Scope(Fixture.id), kind: kind, severity: .info,
          actor: "stewardd",
          cause: nil, message: "\(action)",
          body: ["verb": .string(action.verb), "action": try JSON(encoding: action)]))
    }

    /// A look with this load, and all that follows from it.
    mutating func minute(_ number: Int, load: Int?) throws {
      now = Fixture.now + .seconds(number * 60)
      let window = resource.spec.scaling?.inAfter ?? .zero
      if let load {
        highest.append((now, load))
        highest.removeAll { $0.at + window < now }
        observed.load = ObservedLoad(
          now: load, highest: highest.map(\.load).max() ?? 0, since: Fixture.now)
      } else {
        observed.load = ObservedLoad(now: nil, highest: 0, since: now, failure: "no answer")
      }
      for _ in 0..<50 {
        guard let action = plan().actions.first else { return }
        try record(.intended, action)
        try record(.done, action)
        observed = InstancesController.expect(action, of: resource, after: observed, at: now)
        if case .scale(let from, let to, _, _) = action { decisions.append((number, from, to)) }
      }
      Issue.record("minute \(number) does not settle")
    }
  }

  private func scaling(_ between: ClosedRange<Int>) -> Scaling {
    Scaling(between: between, measure: .processor, target: 60)
  }

  @Test("out at the first look over the target, by as many as are needed; in when it was low for long enough")
  func outAndIn() throws {
    var world = World(scaling(2...20), count: 4...6)
    for minute in 0..<5 { try world.minute(minute, load: 200) }
    #expect(world.observed.running.count == 4 && world.decisions.isEmpty)
    try world.minute(5, load: 600)
    #expect(world.observed.running.count == 10)
    for minute in 6..<15 { try world.minute(minute, load: 30) }
    #expect(world.observed.running.count == 10)
    try world.minute(15, load: 30)
    #expect(world.observed.running.count == 10, "the peak is still in sight")
    try world.minute(16, load: 30)
    #expect(world.observed.running.count == 2)
    try world.minute(17, load: 100_000)
    #expect(world.observed.running.count == 20)
    #expect(world.decisions.map(\.to) == [10, 2, 20])
  }

  @Test("a load that wavers around what one more would need changes nothing after the first decision")
  func noFlapping() throws {
    var world = World(scaling(1...20), count: 4...4)
    for minute in 0..<1440 { try world.minute(minute, load: minute % 2 == 0 ? 225 : 255) }
    #expect(world.decisions.isEmpty)
    for minute in 1440..<2880 { try world.minute(minute, load: minute % 7 < 3 ? 290 : 215) }
    #expect(world.decisions.map(\.to) == [5])
  }

  @Test("while the load is not known their number stays, and a finding says so") func unknown() throws {
    var world = World(scaling(2...20), count: 4...4)
    try world.minute(0, load: 600)
    try world.minute(1, load: nil)
    #expect(world.observed.running.count == 10)
    #expect(world.plan().findings.map(\.code) == ["load-unknown"])
  }

  @Test("nothing is decided while an instance is missing, and none beyond the bounds") func missing() {
    var world = World(scaling(2...5), count: 4...4)
    world.observed.load = ObservedLoad(now: 10_000, highest: 10_000, since: Fixture.now)
    #expect(world.plan().actions.map(\.verb) == ["start", "start", "start", "start"])
    world.observed.running = (1...4).map {
      Fixture.running($0, Fixture.revision(world.resource, Fixture.context()))
    }
    #expect(world.plan().actions == [.scale(from: 4, to: 5, load: 10_000, target: 60)])
  }

  @Test("a metric is the first number that its command prints; anything else is not known, and why")
  func metric() async throws {
    try await Bench.run { bench in
      func load(_ script: String) async throws -> ObservedLoad? {
        try await bench.look(
          .shell("exec sleep 1000") {
            $0.scaling = Scaling(between: 1...3, measure: .metric(["/bin/sh", "-c", script]), target: 100)
          }
        ).load
      }
      let bare = try #require(try await load("echo 249.2 requests"))
      #expect(bare.now == 250 && bare.highest == 250)
      for script in ["echo none", "echo nan", "echo -1", "exit 3", "true"] {
        let failed = try #require(try await load(script))
        #expect(failed.now == nil && failed.failure != nil, "\(script)")
      }
    }
  }

  @Test("bounds, a measure and a target are read; what contradicts is refused") func reading() {
    func read(_ entries: KeyValuePairs<String, SpecNode>, count: String? = nil) -> (
      spec: InstancesSpec?, [String]
    ) {
      var entry: [(String, SpecNode)] = [("run", .list(["/srv/web"])), ("scale", .map(entries))]
      if let count { entry.append(("count", .text(count))) }
      let (resources, mistakes) = Fixture.read(
        .map([
          "web": SpecNode(
            place: .init(file: "staging.yaml"),
            content: .mapping(
              entry.map { SpecEntry(key: SpecKey($0.0, place: .init(file: "staging.yaml")), value: $0.1) }))
        ]))
      return (resources.first?.spec, mistakes)
    }
    let good = read(
      ["between": .text("2..20"), "processor": .text("60%"), "in after": .text("5min")], count: "4..6")
    #expect(
      good.1.isEmpty && good.spec?.scaling?.target == 60 && good.spec?.scaling?.inAfter == .seconds(300))
    #expect(read(["between": .text("2..20"), "processor": .text("60%")]).spec?.count == 2...2)
    #expect(read(["between": .text("2..20")]).1.first?.contains("by one of") == true)
    #expect(
      read(["between": .text("2..20"), "metric": .list(["/bin/true"])]).1.first?.contains("stand together")
        == true)
    #expect(
      read(["between": .text("2..4"), "processor": .text("60%")], count: "4..6").1.first?.contains(
        "lies within") == true)
  }
}
