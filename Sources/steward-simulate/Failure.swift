import Simulation

/// What is printed of a broken promise: what it is, the shortest run that shows it, and how to make that again.
struct Failure {
  private let shrinking: Shrinking
  private let years: Double
  private let plant: Plant?

  init?(_ script: Script, _ judgement: Judgement, years: Double, plant: Plant? = nil) {
    guard let shrinking = Shrinking(script, judgement, plant: plant ?? .none) else { return nil }
    self.plant = plant
    self.shrinking = shrinking
    self.years = years
  }

  var report: String {
    let judgement = shrinking.judgement
    guard let violation = judgement.violation else { return "" }
    let resources = shrinking.resources.map { " --resources \($0.joined(separator: ","))" } ?? ""
    let planted = plant.map { " --plant \($0.name)" } ?? ""
    let incidents = shrinking.incidents.map { "\($0)" }.joined(separator: ",")
    return """

      \(violation.sentence)
      NOT SO (\(violation.invariant)), \(violation.at) after the start: \(violation.detail)

      seed \(judgement.seed)\(Commit.current.map { ", commit \($0)" } ?? ""); \(shrinking.runs) runs left \
      \(shrinking.incidents.count) incidents of it; the end of the shortest:

      \(judgement.lastLines.joined(separator: "\n"))

      again:
        swift run -c release steward-simulate --seed \(judgement.seed) --years \(years) \
      --only \(incidents.isEmpty ? "none" : incidents)\(resources)\(planted)
      """
  }
}
