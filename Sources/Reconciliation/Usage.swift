public import Calendar

/// How much of a resource has been in use, as the events remember it: so many at once, for so long. What it cost is this
/// times the written prices.
public struct Usage: Sendable, Hashable {
  /// How many are in use.
  public internal(set) var quantity: Int64
  /// Since when.
  public internal(set) var since: Instant
  /// What was used up to then: quantity times microseconds, in all …
  public internal(set) var total: Int64 = 0
  /// … and by calendar month of the environment's zone, the newest ``monthsMax``.
  public internal(set) var months: [CivilMonth: Int64] = [:]

  /// As many as a forecast of a year touches, and the one before.
  public static let monthsMax = 14

  /// So many in use since then, and what was used before; golden cases make their own.
  public init(quantity: Int64, since: Instant, months: [CivilMonth: Int64] = [:]) {
    self.quantity = quantity
    self.since = since
    self.months = months
    total = months.values.reduce(0, +)
  }

  /// What has been used up to `now`, in quantity times microseconds.
  public func used(until now: Instant) -> Int64 { total + quantity * microseconds(since, now) }

  /// What has been used in `month` up to `now`, in quantity times microseconds.
  public func used(in month: CivilMonth, until now: Instant, in zone: Zone) -> Int64 {
    let span = month.span(in: zone)
    let lasting = microseconds(max(since, span.lowerBound), min(now, span.upperBound))
    return months[month, default: 0] + quantity * lasting
  }

  /// What has been used since the last change, by month: what a change adds to the memory.
  public func unfolded(until now: Instant, in zone: Zone) -> [CivilMonth: Int64] {
    guard quantity > 0, since < now else { return [:] }
    var parts: [CivilMonth: Int64] = [:]
    var month = CivilMonth(of: since, in: zone)
    while month.start(in: zone) < now {
      let span = month.span(in: zone)
      let part = quantity * microseconds(max(since, span.lowerBound), min(now, span.upperBound))
      if part > 0 { parts[month] = part }
      month = month.next
    }
    return parts
  }

  /// A clock that was set back makes no time negative.
  private func microseconds(_ from: Instant, _ to: Instant) -> Int64 {
    max(0, to.microseconds - from.microseconds)
  }
}

extension Usage {
  /// Folds an event of the kind `usage` in.
  static func fold(_ before: Usage?, _ event: Event) -> Usage? {
    guard let quantity = event.body["quantity"].int else { return before }
    var usage = before ?? Usage(quantity: quantity, since: event.at)
    usage.quantity = quantity
    usage.since = event.at
    for (name, part) in event.body["used"].members {
      guard let month = CivilMonth(name), let part = part.int else { continue }
      usage.months[month, default: 0] += part
      usage.total += part
    }
    while usage.months.count > Usage.monthsMax, let oldest = usage.months.keys.min() {
      usage.months[oldest] = nil
    }
    return usage
  }
}

extension Reconciler {
  /// Remembers how much is in use, whenever that changes; never where it is not known.
  mutating func recordUsage(_ facts: [Fact], of id: ResourceID, in turn: inout Turn) {
    guard let quantity = facts.lazy.compactMap(\.quantity).first else { return }
    let before = memory.usages[id.environment]?[id]
    guard quantity != before?.quantity ?? 0, let zone = environments[id.environment]?.header?.zone else {
      return
    }
    let used = before?.unfolded(until: turn.now, in: zone) ?? [:]
    record(
      .usage, "\(quantity) in use" + (before.map { ", \($0.quantity) before" } ?? ""), of: Scope(id),
      body: [
        "quantity": .integer(quantity),
        "used": .object(
          Dictionary(used.map { ("\($0.key)", .integer($0.value)) }, uniquingKeysWith: { $1 })),
      ], in: &turn)
  }
}
