/// A failing run made small: the fewest incidents and resources that it was found to fail with, and no time after it.
public struct Shrinking: Sendable {
  /// The run that is left.
  public let judgement: Judgement
  /// The incidents that are left, by their places in the seed's script.
  public let incidents: [Int]
  /// The resources that are left, as `environment/controller/name`; nil where none could be left out.
  public let resources: [String]?
  /// How many runs it took.
  public let runs: Int

  /// Shrinks the run of `script` that `judgement` says fails, by at most `runsMax` runs, for as long as the same invariant
  /// fails: whole environments are left out, then halves of the incidents, quarters, and so on down to single ones (delta
  /// debugging), then single resources.
  public init?(_ script: Script, _ judgement: Judgement, plant: Plant = .none, runsMax: Int = 200) {
    guard let violation = judgement.violation else { return nil }
    let all = script.resources
    var search = Search(
      script: script, plant: plant, invariant: violation.invariant, runsMax: runsMax, last: judgement,
      incidents: script.incidents.filter { $0.at <= violation.at }.map(\.index), resources: all)
    search.leaveOutEnvironments()
    search.leaveOutIncidents()
    search.leaveOutResources()
    self.judgement = search.last
    incidents = search.incidents
    resources = search.resources.count < all.count ? search.resources : nil
    runs = search.runs
  }

  private struct Search {
    let script: Script
    let plant: Plant
    let invariant: String
    let runsMax: Int
    var last: Judgement
    var incidents: [Int]
    var resources: [String]
    var runs = 0

    mutating func leaveOutEnvironments() {
      for draft in script.drafts {
        let rest = resources.filter { !$0.hasPrefix("\(draft.name)/") }
        if !rest.isEmpty { _ = fails(with: incidents, rest) }
      }
    }

    mutating func leaveOutResources() {
      for resource in resources where resources.count > 1 {
        _ = fails(with: incidents, resources.filter { $0 != resource })
      }
    }

    mutating func leaveOutIncidents() {
      if incidents.isEmpty || fails(with: [], resources) { return }
      var pieces = 2
      while incidents.count > 1, runs < runsMax {
        let size = max(1, incidents.count / pieces)
        var start = 0
        var isSmaller = false
        while start < incidents.count, runs < runsMax {
          let rest = Array(incidents[..<start] + incidents[min(incidents.count, start + size)...])
          if fails(with: rest, resources) { isSmaller = true } else { start += size }
        }
        if size == 1, !isSmaller { return }
        pieces = isSmaller ? 2 : min(incidents.count, pieces * 2)
      }
    }

    /// Whether the same invariant fails with these alone; if so, they are what is kept.
    private mutating func fails(with incidents: [Int], _ resources: [String]) -> Bool {
      guard runs < runsMax else { return false }
      runs += 1
      let judgement = Run.of(script.only(incidents, resources: resources), plant: plant)
      guard let violation = judgement.violation, violation.invariant == invariant else { return false }
      self.incidents = incidents
      self.resources = resources
      last = judgement
      return true
    }
  }
}

extension Script {
  /// The resources of all environments.
  var resources: [String] { drafts.flatMap(\.ids).map { "\($0)" } }

  /// The same script with these incidents and resources alone, as a replay names them; nil leaves all.
  public func only(_ indexes: [Int]?, resources: [String]? = nil) -> Script {
    var script = self
    if let indexes {
      let wanted = Set(indexes)
      script.incidents.removeAll { !wanted.contains($0.index) }
    }
    if let resources {
      let wanted = Set(resources)
      script.drafts = drafts.map { $0.keeping { wanted.contains("\($0)") } }.filter { !$0.ids.isEmpty }
    }
    return script
  }
}
