import Calendar
import Specification

/// `scale:`, by what, and within which bounds, there are more or fewer instances than written.
public struct Scaling: Sendable, Hashable {
  /// What the load is.
  public enum Measure: Sendable, Hashable {
    /// `processor:`, the processor time that all ready instances take together, in percent of one core.
    case processor
    /// `metric:`, the number that this command prints: requests per second, jobs that wait.
    case metric([String])
  }

  /// `between:`, never fewer and never more than these.
  public var between: ClosedRange<Int>
  /// What is measured.
  public var measure: Measure
  /// How much of it one instance is to bear: percent of a core, or what the metric counts (`target:`).
  public var target: Int
  /// `in after:`, how long the load must have been low before there are fewer: it has to be worth the starts that undo it.
  public var inAfter = Duration.seconds(600)

  /// Bounds, a measure and what one instance bears of it.
  public init(between: ClosedRange<Int>, measure: Measure, target: Int) {
    self.between = between
    self.measure = measure
    self.target = target
  }

  /// Longer is a decision of the file's: `between`.
  private static let inAfterMax = Duration.seconds(86_400)
  private static let targetMax = 1_000_000_000

  /// Reads `scale`; nil where it is not written, and after a mistake.
  static func read(_ outer: MappingReader) -> Scaling? {
    guard let reader = outer.mapping("scale") else { return nil }
    defer { reader.close() }
    let between = reader.range("between", in: 1...InstancesSpec.countMax, .required)
    let processor = reader.percent("processor")
    let command = reader.command("metric")
    let target = reader.integer("target", in: 1...targetMax)
    let inAfter = reader.duration("in after")
    if reader.has("processor") == reader.has("metric") {
      outer.refuse("scale", "`scale` is by one of `processor: 60%` and `metric: [COMMAND]`")
    } else if reader.has("metric") != reader.has("target") {
      outer.refuse("scale", "`metric` and `target`, how much of it one instance bears, stand together")
    }
    if let inAfter, inAfter > inAfterMax {
      reader.refuse("in after", "`in after`: at most \(TimeSpan(duration: inAfterMax))")
    }
    guard let between else { return nil }
    let percent = processor.map { Int($0.fraction * 100) }
    if let percent, percent < 1 { reader.refuse("processor", "`processor`: at least 1%") }
    var scaling = Scaling(
      between: between, measure: command.map { .metric($0) } ?? .processor,
      target: max(1, target ?? percent ?? 1))
    scaling.inAfter = inAfter ?? scaling.inAfter
    return scaling
  }
}

extension InstancesSpec {
  /// What is written in the place of a count is the least that there may be.
  mutating func readScaling(_ reader: MappingReader) {
    guard let scaling = Scaling.read(reader) else { return }
    self.scaling = scaling
    guard reader.has("count") else {
      count = scaling.between.lowerBound...scaling.between.lowerBound
      return
    }
    if count.lowerBound < scaling.between.lowerBound || count.upperBound > scaling.between.upperBound {
      reader.refuse(
        "count", "`count` is where `scale` begins, and lies within its `between`: \(scaling.between.words)")
    }
  }
}

extension ClosedRange<Int> {
  /// As the file says it: `2`, `2..3`.
  var words: String { lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound)..\(upperBound)" }

  /// The nearest number within.
  func clamp(_ number: Int) -> Int { Swift.min(Swift.max(number, lowerBound), upperBound) }
}
