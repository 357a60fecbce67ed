import CrashPoints
import Host
import Reconciliation

extension InstancesController {
  /// A metric is a number, and a number is short.
  private static let metricBytesMax = 4 << 10
  /// A look at the instances waits for it.
  private static let metricWithin = Duration.seconds(10)
  /// No count of anything is larger, and it can still be multiplied.
  private static let loadMax = 1e12

  /// What the instances bear, where their number follows it; nil where it does not, and while there is nothing to measure.
  func load(_ resource: Resource<InstancesSpec>, _ running: [ObservedInstance]) async -> ObservedLoad? {
    guard let scaling = resource.spec.scaling else { return nil }
    var failure: String?
    var load: Int?
    switch scaling.measure {
    case .processor:
      let measured = running.filter { $0.notReady == nil }.compactMap(\.use?.processorPercent)
      guard !running.isEmpty else { return nil }
      load = measured.isEmpty ? nil : measured.reduce(0, +)
      if measured.isEmpty { failure = "nobody counts their processor time; a unit needs CPUAccounting=yes" }
    case .metric(let command): (load, failure) = await metric(command)
    }
    return loadLedger.saw(load, of: resource.id, over: scaling.inAfter, at: clock.now, failure: failure)
  }

  /// The number that the command prints as its first word.
  private func metric(_ arguments: [String]) async -> (Int?, String?) {
    let command = Command(arguments, timeout: Self.metricWithin, outputBytesMax: Self.metricBytesMax)
    do {
      let result = try await effect("instances.measure") { try await commands.run(command) }
      guard result.isSuccess else { return (nil, result.failure(of: command).description) }
      let word = result.output.text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
      guard let number = Double(word), number.isFinite, number >= 0, number <= Self.loadMax else {
        return (nil, "\(arguments[0]) printed no number")
      }
      return (Int(number.rounded(.up)), nil)
    } catch let error as HostError {
      return (nil, error.description)
    } catch {
      return (nil, "the look was broken off")
    }
  }
}
