import Specification

extension Shape {
  /// How traffic moves to a new release: a list of `PERCENT` or `PERCENT SPAN`, rising, ending at 100 %, or
  /// the name of a list: `careful` is 1% 5min, 10% 10min, 50% 15min, 100%; `quick` is 5%, 50%, 100%.
  static let trafficSteps = leaf { node throws(Misreading) in
    guard case .list(let steps) = node.content else {
      _ = try node.choice(of: ["careful", "quick"])
      return
    }
    var reached = Percentage(partsPerMillion: 0)
    for step in steps {
      let percent = try trafficStep(step)
      guard percent > reached else {
        throw Misreading("traffic only rises: \(percent) does not follow \(reached)", at: step.place)
      }
      reached = percent
    }
    guard reached.description == "100%" else {
      throw Misreading(
        "the last step of traffic is 100%, not \(reached)", at: steps.last?.place ?? node.place)
    }
  }

  private static func trafficStep(_ step: SpecNode) throws(Misreading) -> Percentage {
    let text = try step.formatted("a step such as `10% 10min`")
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    func part(_ text: String) -> SpecNode {
      SpecNode(place: step.place, content: .scalar(SpecScalar(text)))
    }
    guard let first = parts.first else {
      throw Misreading("a step such as `10% 10min` is wanted", at: step.place)
    }
    let percent = try part(first).percent()
    if parts.count == 2 { _ = try part(parts[1]).duration() }
    return percent
  }
}
