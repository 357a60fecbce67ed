import Calendar
import Reconciliation

/// How much of an environment's resources was used up to each of some moments: what prices are multiplied with.
struct UsageMeter: Sendable {
  private let moments: [Instant]
  /// What was used up to each of the moments that have passed.
  private(set) var marks: [[ResourceID: Usage]] = []
  private var now: [ResourceID: Usage] = [:]

  /// Reads the meter at these moments, which stand in order.
  init(_ moments: [Instant]) { self.moments = moments }

  mutating func use(_ quantity: Int64, of id: ResourceID, at instant: Instant) {
    mark(before: instant)
    let used = now[id]?.used(until: instant) ?? 0
    now[id] = Usage(quantity: quantity, since: instant, months: [CivilMonth(of: instant, in: .utc): used])
  }

  /// The reading at each moment, once everything was heard.
  var readings: [[ResourceID: Usage]] {
    var meter = self
    meter.mark(before: .distantFuture)
    return meter.marks
  }

  /// A change at a moment counts from then on.
  private mutating func mark(before instant: Instant) {
    while marks.count < moments.count, moments[marks.count] <= instant { marks.append(now) }
  }
}
