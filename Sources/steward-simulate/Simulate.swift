import ArgumentParser
import Dispatch
import Fixtures
import Glibc
import Simulation
import Synchronization

/// `steward-simulate`: the daemon's core and its controllers through years of trouble, judged at every step.
@main
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steward-simulate",
    abstract: "Runs the daemon's core and its controllers through years of simulated trouble.",
    discussion: """
      A seed is a run: environments, what people do to them, what fails and when. The same seed gives the same run, \
      to the last event. In the first part everything goes wrong and every promise is checked at every step; in the last \
      month nothing does, and everything must come right.

      Exits with 0 where all held, with 1 where a promise was broken, with 2 where a planted fault was not found, none \
      breaks a promise, or a kind of trouble never came.
      """)

  @Option(help: "The run to make.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("The runs to make.", valueName: "a..b"))
  var seeds: String?

  @Option(help: "How many years each lasts.")
  var years: Double = 1

  @Option(help: "Make only these incidents of the run happen; a report of a failure says which.")
  var only: String?

  @Option(
    help: "Keep only these resources, as environment/controller/name; a report of a failure says which.")
  var resources: String?

  @Option(
    help:
      "Plant a fault: its name; a number for so many, drawn by the first seed; or `all`, by which each promise must be seen broken. `list` tells their names."
  )
  var plant: String?

  @Flag(help: "Run each seed twice, and compare their traces.")
  var twice = false

  func validate() throws {
    if years <= 0 || years > 1_000 { throw ValidationError("--years is between 0 and 1000") }
    if only != nil || resources != nil, seed == nil {
      throw ValidationError("--only and --resources are about one --seed")
    }
    _ = try range
    _ = try onlyIncidents
  }

  mutating func run() throws {
    switch plant {
    case "list": for plant in Plant.all { print("\(plant.name): \(plant.sentence)") }
    case "all":
      if !Hunt(Plant.all, seeds: try range, days: days).findAll() { throw ExitCode(2) }
    case let number? where UInt16(number) != nil:
      var dice = Fixtures.Dice(seed: try range.lowerBound)
      let drawn = Plant.all.shuffled(using: &dice).prefix(UInt16(number).map(Int.init) ?? 0)
      if !Hunt(Array(drawn), seeds: try range, days: days).findAll() { throw ExitCode(2) }
    case let name?:
      guard let plant = Plant.all.first(where: { $0.name == name }) else {
        throw ValidationError("no fault is called \(name); `--plant list` tells their names")
      }
      try show(plant)
    case nil: try simulate()
    }
  }

  // MARK: Arguments

  private var days: Int { Int((years * 365.2425).rounded()) }

  private var range: ClosedRange<UInt64> {
    get throws {
      guard let seeds else { return (seed ?? 1)...(seed ?? 1) }
      let ends = seeds.split(separator: ".", omittingEmptySubsequences: true).compactMap { UInt64($0) }
      guard ends.count == 2, ends[0] <= ends[1] else { throw ValidationError("--seeds is such as 1..100") }
      return ends[0]...ends[1]
    }
  }

  private var onlyIncidents: [Int]? {
    get throws {
      guard let only else { return nil }
      if only == "none" { return [] }
      let indexes = only.split(separator: ",").map { Int($0) }
      guard !indexes.contains(nil) else { throw ValidationError("--only is such as 3,17,18, or none") }
      return indexes.compactMap(\.self)
    }
  }

  // MARK: Runs

  private func script(_ seed: UInt64) throws -> Script {
    Script(seed: seed, days: days).only(
      try onlyIncidents, resources: resources?.split(separator: ",").map(String.init))
  }

  /// Runs one seed on each core: every run has a world of its own. What is broken first ends it all.
  private func simulate() throws {
    let scripts = try range.map(script)
    let shared = Mutex(Figures())
    let isBroken = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: scripts.count) { index in
      guard !isBroken.load(ordering: .relaxed) else { return }
      let script = scripts[index]
      let (judgement, took) = Figures.timed { Run.of(script) }
      let isRepeated = !twice || Run.of(script).fingerprint == judgement.fingerprint
      shared.withLock { figures in
        figures.add(judgement, took: took)
        print("seed \(script.seed): \(judgement.line)")
        if let violation = judgement.violation {
          print("\(violation.invariant): \(violation.detail); looking for the shortest run that shows it")
        }
        if !isRepeated {
          print(
            "seed \(script.seed) runs another way the second time: something in it does not come from the seed"
          )
        }
        // A file or a pipe is to show how far it has come.
        fflush(nil)
        guard let failure = Failure(script, judgement, years: years) else {
          return isBroken.store(isBroken.load(ordering: .relaxed) || !isRepeated, ordering: .relaxed)
        }
        isBroken.store(true, ordering: .relaxed)
        print(failure.report)
      }
    }
    if isBroken.load(ordering: .relaxed) { throw ExitCode(1) }
    let figures = shared.withLock(\.self)
    print(figures.table)
    figures.tell()
    // Where so much was run, a kind of trouble that never came tests nothing.
    guard figures.years >= 100, seeds != nil, !figures.unmet.isEmpty else { return }
    print("never came: \(figures.unmet.joined(separator: ", "))")
    throw ExitCode(2)
  }

  /// Finds one fault and shows the shortest run in which it is found.
  private func show(_ plant: Plant) throws {
    for seed in try range {
      let script = try script(seed)
      let judgement = Run.of(script, plant: plant)
      guard let failure = Failure(script, judgement, years: years, plant: plant) else { continue }
      print("found   \(plant.name): \(plant.sentence)")
      print(failure.report)
      return
    }
    print("MISSED  \(plant.name): \(plant.sentence)")
    throw ExitCode(2)
  }
}
