/// A failing run made small: the fewest incidents that it was found to fail with, and no time after it.
public struct Shrinking: Sendable {
  /// The run that is left.
  public let judgement: Judgement
  /// The incidents that are left, by their places in the seed's script.
  public let incidents: [Int]
  /// How many runs it took.
  public let runs: Int

  /// Shrinks the run of `script` that `judgement` says fails, by at most `runsMax` runs: halves of the incidents are left
  /// out, then quarters, and so on down to single ones (delta debugging), for as long as the same invariant fails.
  public init?(_ script: Script, _ judgement: Judgement, plant: Plant = .none, runsMax: Int = 200) {
    guard let violation = judgement.violation else { return nil }
    var search = Search(script: script, plant: plant, invariant: violation.invariant, last: judgement)
    search.kept = script.incidents.filter { $0.at <= violation.at }.map(\.index)
    search.run(runsMax: runsMax)
    self.judgement = search.last
    incidents = search.kept
    runs = search.runs
  }

  private struct Search {
    let script: Script
    let plant: Plant
    let invariant: String
    var last: Judgement
    var kept: [Int] = []
    var runs = 0

    mutating func run(runsMax: Int) {
      if fails(with: []) { return }
      var pieces = 2
      while kept.count > 1, runs < runsMax {
        let size = max(1, kept.count / pieces)
        var start = 0
        var isSmaller = false
        while start < kept.count, runs < runsMax {
          let rest = Array(kept[..<start] + kept[min(kept.count, start + size)...])
          if fails(with: rest) { isSmaller = true } else { start += size }
        }
        if size == 1, !isSmaller { return }
        pieces = isSmaller ? 2 : min(kept.count, pieces * 2)
      }
    }

    /// Whether the same invariant fails with these incidents alone; if so, they are what is kept.
    private mutating func fails(with incidents: [Int]) -> Bool {
      runs += 1
      let wanted = Set(incidents)
      let judgement = Run.of(script.keeping { wanted.contains($0.index) }, plant: plant)
      guard let violation = judgement.violation, violation.invariant == invariant else { return false }
      kept = incidents
      last = judgement
      return true
    }
  }
}

extension Script {
  /// The same script with these incidents alone, as a replay names them.
  public func only(_ indexes: [Int]) -> Script {
    let wanted = Set(indexes)
    return keeping { wanted.contains($0.index) }
  }
}
