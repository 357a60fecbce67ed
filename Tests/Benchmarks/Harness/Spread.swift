/// The smallest, the middle and the largest of some measurements.
struct Spread: Codable, Sendable {
  let minimum: Double
  let median: Double
  let maximum: Double

  init(_ values: [Double]) {
    let sorted = values.sorted()
    minimum = sorted.first ?? .nan
    median = Spread.quantile(0.5, ofSorted: sorted)
    maximum = sorted.last ?? .nan
  }

  /// The value that this share of `values` does not exceed (nearest rank).
  static func quantile(_ share: Double, of values: [Double]) -> Double {
    quantile(share, ofSorted: values.sorted())
  }

  private static func quantile(_ share: Double, ofSorted sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let rank = Int((share * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  /// `0.94 0.97 1.02`.
  var text: String { [minimum, median, maximum].map(Spread.text).joined(separator: " ") }

  /// A number with three digits that mean something.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let magnitude = value.magnitude
    if magnitude >= 100 { return "\(Int(value.rounded()))" }
    let places = magnitude >= 10 ? 10.0 : magnitude >= 1 ? 100.0 : 1000.0
    let rounded = (value * places).rounded() / places
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
