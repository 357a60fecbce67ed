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
  /// How often all contestants take their turn.
  var rounds = 5
  /// Makes ready and names the contestants: Steward first, then what it is measured against.
  let prepare: @Sendable (Scratch) async throws -> [Contestant]
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
