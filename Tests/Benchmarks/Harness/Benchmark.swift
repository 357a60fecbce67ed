/// One figure: what Steward is measured by, against what real thing, and how far it must come.
struct Benchmark: Sendable {
  /// What it is called on the command line: `log-single`.
  let name: String
  /// What is measured, in one line.
  let title: String
  /// What the numbers count: `events/s`, `ms`, `MiB`.
  let unit: String
  /// What must hold.
  let goals: [Goal]
  /// What a reading can be, of whichever contestant: what lies outside was measured wrongly.
  let plausible: ClosedRange<Double>
  /// How often all contestants take their turn.
  var rounds = 5
  /// How long it may take to make ready.
  var preparation = Duration.seconds(60)
  /// How long one turn of a contestant may take.
  var turn = Duration.seconds(60)
  /// Makes ready and names the contestants: Steward first, then what it is measured against.
  let prepare: @Sendable (Scratch, Effort) async throws -> [Contestant]
}

/// Something that is measured.
struct Contestant: Sendable {
  /// What it is: `stewardd`, `find -delete`.
  let name: String
  /// Takes one turn and returns what came of it, in the benchmark's unit.
  let measure: @Sendable () async throws -> Double

  init(_ name: String, measure: @escaping @Sendable () async throws -> Double) {
    self.name = name
    self.measure = measure
  }
}

extension Benchmark {
  /// The contestants, made ready within ``preparation``.
  func contestants(in scratch: Scratch, _ effort: Effort) async throws -> [Contestant] {
    try await Deadline.within(preparation, "making ready", of: name) { try await prepare(scratch, effort) }
  }

  /// What one turn reads, within ``turn``.
  /// - Throws: also where that is no number, not positive or not ``plausible``.
  func reading(of contestant: Contestant) async throws -> Double {
    let value = try await Deadline.within(turn, "a turn of \(contestant.name)", of: name) {
      try await contestant.measure()
    }
    guard value > 0, plausible.contains(value) else {
      let bounds = [plausible.lowerBound, plausible.upperBound].map(Spread.text)
      throw Program.Failed(
        description:
          "\(contestant.name) reads \(value) \(unit), which cannot be: \(bounds[0]) to \(bounds[1]) can")
    }
    return value
  }
}

/// What a figure must come to. It is said, and never asserted: a machine under load is no mistake in the program.
enum Goal: Sendable {
  /// Steward's median over the median of the contestant of this place in the list (1: the first reference).
  case ratio(Bound, to: Int = 1)
  /// Steward's own median, in the benchmark's unit.
  case value(Bound)

  enum Bound: Sendable {
    case atLeast(Double)
    case atMost(Double)

    func holds(for value: Double) -> Bool {
      switch self {
      case .atLeast(let bound): value >= bound
      case .atMost(let bound): value <= bound
      }
    }

    var text: String {
      switch self {
      case .atLeast(let bound): "≥ \(Spread.text(bound))"
      case .atMost(let bound): "≤ \(Spread.text(bound))"
      }
    }
  }
}
