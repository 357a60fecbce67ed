import Calendar

/// How long a restore takes as what is restored grows: by the rule of three from the last drill, along the line that the
/// backups' sizes follow.
struct RestoreGrowth {
  /// How long a restore of the newest would take.
  let seconds: Int64
  private let newest: Dump
  private let secondsPerByte: Double
  private let bytesPerSecond: Double

  /// How long before `rto` is crossed that is told: time to order disks, or to split what is restored.
  static let notice = Duration.seconds(30 * 86_400)
  /// Sizes of less than a day say more about the hour than about growth.
  private static let spanMin = Duration.seconds(86_400)
  /// What is farther away than this is no forecast.
  private static let horizon = 10 * 366 * 86_400.0

  /// - Parameter dumps: the ones that count, newest first.
  init?(_ drill: DrillRecord?, _ dumps: [Dump]) {
    guard let drill, drill.bytes > 0, let newest = dumps.first else { return nil }
    self.newest = newest
    secondsPerByte = Double(drill.seconds) / Double(drill.bytes)
    seconds = Int64(secondsPerByte * Double(newest.bytes))
    bytesPerSecond = Self.slope(
      dumps.map { (at: $0.modified, bytes: $0.bytes) } + [(at: drill.at, bytes: drill.bytes)])
  }

  /// The median of the slopes between any two sizes: one odd backup moves nothing (Theil and Sen).
  private static func slope(_ sizes: [(at: Instant, bytes: Int64)]) -> Double {
    var slopes: [Double] = []
    for (index, one) in sizes.enumerated() {
      for other in sizes[..<index] {
        let (first, last) = one.at < other.at ? (one, other) : (other, one)
        let apart = first.at.distance(to: last.at)
        guard apart >= spanMin else { continue }
        slopes.append((Double(last.bytes) - Double(first.bytes)) / Double(apart.components.seconds))
      }
    }
    guard !slopes.isEmpty else { return 0 }
    return slopes.sorted()[slopes.count / 2]
  }

  /// When a restore will take longer than `rto`; nil where nothing grows, or not in sight.
  func crosses(_ rto: Duration?) -> Instant? {
    guard let rto, bytesPerSecond > 0, secondsPerByte > 0 else { return nil }
    let left = Double(rto.components.seconds) / secondsPerByte - Double(newest.bytes)
    let ahead = left / bytesPerSecond
    guard ahead < Self.horizon else { return nil }
    return newest.modified + .seconds(Int64(max(0, ahead)))
  }

  /// When that is to be told.
  func noticedAt(_ rto: Duration?) -> Instant? { crosses(rto).map { $0 - Self.notice } }
}

extension BackupsPlanning {
  /// Nil where nothing was ever restored.
  var growth: RestoreGrowth? {
    RestoreGrowth(
      observed.record.lastSuccess,
      finished.filter { observed.record.verdict(on: $0)?.result != .corrupt })
  }
}
