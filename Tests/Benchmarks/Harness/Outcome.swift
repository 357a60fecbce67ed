/// What a benchmark came to: for people as a table's lines, for programs as JSON.
struct Outcome: Codable, Sendable {
  let name: String
  let title: String
  let unit: String
  let rounds: Int
  /// Steward first.
  let contestants: [Result]
  let goals: [Verdict]

  struct Result: Codable, Sendable {
    let name: String
    let values: Spread
    /// Steward's value over this one's, round by round; nil for Steward itself.
    let ratio: Spread?
  }

  struct Verdict: Codable, Sendable {
    /// `ratio to find -delete ≤ 0.8`.
    let goal: String
    let reached: Double
    let holds: Bool
  }

  /// Lets every contestant take its turn, one after the other, round after round, so that whatever the machine does
  /// meanwhile it does to all of them.
  init(of benchmark: Benchmark, in scratch: Scratch, _ effort: Effort) async throws {
    let contestants = try await benchmark.contestants(in: scratch, effort)
    var values = [[Double]](repeating: [], count: contestants.count)
    rounds = effort.of(benchmark.rounds, smoke: 1)
    for _ in 0..<rounds {
      for (place, contestant) in contestants.enumerated() {
        values[place].append(try await benchmark.reading(of: contestant))
      }
    }
    name = benchmark.name
    title = benchmark.title
    unit = benchmark.unit
    let results = contestants.enumerated().map { place, contestant in
      Result(
        name: contestant.name, values: Spread(values[place]),
        ratio: place == 0 ? nil : Spread(zip(values[0], values[place]).map { $0 / $1 }))
    }
    self.contestants = results
    goals = benchmark.goals.map { Verdict($0, results) }
  }

  /// The lines of the table.
  var lines: [String] {
    var lines = ["\(name): \(title), \(unit)"]
    for contestant in contestants {
      let ratio = contestant.ratio.map { "   ratio \($0.text)" } ?? ""
      lines.append("  \(padded(contestant.name, 34)) \(padded(contestant.values.text, 26))\(ratio)")
    }
    for verdict in goals {
      lines.append(
        "  \(verdict.holds ? "reached    " : "NOT reached") \(verdict.goal): \(Spread.text(verdict.reached))")
    }
    return lines
  }

  /// One line for a short round, whose numbers are no figures: that each contestant could be measured.
  var shortLine: String {
    let readings = contestants.map { Spread.text($0.values.median) }.joined(separator: ", ")
    return "\(padded(name, 18)) can be measured; read \(readings) \(unit)"
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension Outcome.Verdict {
  fileprivate init(_ goal: Goal, _ results: [Outcome.Result]) {
    let bound: Goal.Bound
    switch goal {
    case .ratio(let wanted, let place):
      bound = wanted
      reached = results[place].ratio?.median ?? .nan
      self.goal = "ratio to \(results[place].name) \(wanted.text)"
    case .value(let wanted):
      bound = wanted
      reached = results[0].values.median
      self.goal = "\(results[0].name) \(wanted.text)"
    }
    holds = bound.holds(for: reached)
  }
}
