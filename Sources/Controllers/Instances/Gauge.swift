import Host

/// One measurement of what an instance uses.
struct Gauge: Sendable {
  /// When, on the monotonic clock.
  let at: Duration
  let fine: ResourceUse
  let coarse: CoarseUse

  /// A measurement reads the status of every process of the machine; more often than this tells nobody more.
  static let every = Duration.seconds(10)

  func isFresh(at now: Duration) -> Bool { now - at < Gauge.every }

  /// The measurement after `last`; without one the processor time counts over `age`, since the start.
  init(_ use: ResourceUse, at now: Duration, after last: Gauge?, age: Duration) {
    at = now
    fine = use
    let time =
      last.map { use.processorMicroseconds - $0.fine.processorMicroseconds } ?? use.processorMicroseconds
    let stretch = max(last.map { now - $0.at } ?? age, .milliseconds(100))
    let share = Double(time) / (stretch / .microseconds(1))
    coarse = CoarseUse(residentBytes: use.residentBytes, processorShare: share, after: last?.coarse)
  }
}
