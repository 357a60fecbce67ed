import Calendar
import Controllers
import Desired
import Host
import Reconciliation

/// What it costs to adopt, to look at and to plan each resource the first time, without the looks themselves: the same
/// for each of 100,000 as for each of 100.
let scaleFirst = Benchmark(
  name: "scale-first", title: "reading, adopting and first plan of 100,000 resources against 100",
  unit: "µs each",
  goals: [.ratio(.atMost(1.5))], plausible: 0.1...100_000, rounds: 3, turn: .seconds(180)
) { _, effort in
  let many = effort.of(10_000, smoke: 50)
  return [
    Contestant("100,000 resources") {
      try microseconds(of: many) { _ = try Country(environments: many) }
    },
    Contestant("100 resources, 20 times") {
      let times = effort.of(20, smoke: 1)
      return try microseconds(of: times * 10) { for _ in 0..<times { _ = try Country(environments: 10) } }
    },
  ]
}

/// What a look that finds nothing new costs, resource by resource.
let scaleSteady = Benchmark(
  name: "scale-steady", title: "a look that finds nothing new, of 100,000 resources against 100",
  unit: "µs each",
  goals: [.ratio(.atMost(1.5))], plausible: 0.01...10_000, rounds: 5, preparation: .seconds(180)
) { _, effort in
  let many = effort.of(10_000, smoke: 50)
  let large = try Country(environments: many)
  let small = try Country(environments: 10)
  return [
    Contestant("100,000 resources") { microseconds(of: many) { large.lookAround(times: 1) } },
    Contestant("100 resources") { microseconds(of: many) { small.lookAround(times: many / 10) } },
  ]
}

/// What an edit of one environment costs beside 999 others, or 9,999.
let scaleEdit = Benchmark(
  name: "scale-edit", title: "an edit of one environment of 10,000 against one of 10", unit: "µs each",
  goals: [.ratio(.atMost(1.5))], plausible: 0.1...100_000, rounds: 5, preparation: .seconds(180)
) { _, effort in
  let large = try Country(environments: effort.of(10_000, smoke: 50))
  let times = effort.of(500, smoke: 10)
  let small = try Country(environments: 10)
  return [
    Contestant("among 100,000 resources") { try microseconds(of: times) { try large.edit(times: times) } },
    Contestant("among 100 resources") { try microseconds(of: times) { try small.edit(times: times) } },
  ]
}

/// Microseconds for each resource of so many environments.
private func microseconds(of environments: Int, _ body: () throws -> Void) rethrows -> Double {
  let began = ContinuousClock.now
  try body()
  return began.duration(to: .now) / .microseconds(1) / Double(environments * 10)
}

/// The real reducer with the real controllers' plans; every look finds that nothing is there, and nothing is acted on.
private final class Country: @unchecked Sendable {
  // Unchecked: a benchmark's contestants take turns.
  private var reconciler: Reconciler
  private let environments: Int
  private let file = EnvironmentFile(
    zones: SystemZones.database, controllers: Controllers.kinds, steward: nil)
  private var edits = 0
  private var now = Instant(seconds: 1_790_000_000)

  init(environments: Int) throws {
    self.environments = environments
    reconciler = Reconciler(kinds: Controllers.kinds)
    for number in 0..<environments { try adopt(number) }
  }

  private func adopt(_ number: Int) throws {
    let text = Towns.text(
      number, running: false, logs: "/logs/\(number)", backups: "/backups/\(number)", edit: edits)
    let source = SourceFile(name: "environments/e\(number).yaml", contents: .success(Array(text.utf8)))
    let reading = file.read(source)
    guard reading.adopted != nil else { throw Program.Failed(description: "\(reading.mistakes)") }
    perform(reconciler.step(reading.input, now: now))
  }

  /// Gives every look what it finds at once.
  private func perform(_ effects: [Effect]) {
    for case .observe(let resource) in effects {
      let found = Observation<AnyObserved>.unknown(reason: "nothing is there", since: now)
      perform(reconciler.step(.observed(resource.id, found), now: now))
    }
  }

  func lookAround(times: Int) {
    for _ in 0..<times {
      for id in reconciler.resources.keys { perform(reconciler.step(.noticed(id), now: now)) }
    }
  }

  func edit(times: Int) throws {
    for _ in 0..<times {
      edits += 1
      try adopt(edits % environments)
    }
  }
}
