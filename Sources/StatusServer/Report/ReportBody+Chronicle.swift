import Calendar
import Reconciliation
import StatusAPI

extension ReportBody {
  /// What `chronicle` tells of the stretch, and what `snapshot` says of now and of what comes.
  init(
    _ chronicle: Chronicle, _ snapshot: Snapshot, of environment: String?, to sight: Sight,
    _ limits: ServerLimits, isOver: @escaping () -> Bool = { false }
  ) {
    let reconciler = snapshot.reconciler
    let (start, end) = (chronicle.from, chronicle.to)
    let days = Int64(limits.reportAheadDaysMax)
    let ahead = min(start.distance(to: end), .seconds(days * 86_400))
    let then = snapshot.now + ahead
    let written = reconciler.environments.filter { $0.value.header != nil && sight.reaches($0.key) }.keys
    let names = Set(chronicle.environments.keys).union(environment.map { [$0] } ?? Set(written))
    let waits = chronicle.waits.all(from: start, to: end) { scope in
      scope.resource.flatMap { reconciler.resources[$0] }?.held.contains { $0.digest != nil } == true
    }
    self.init(
      at: snapshot.now, from: start, to: end, events: chronicle.events, isCutOff: chronicle.isCutOff,
      starts: chronicle.starts,
      environments: names.sorted().map { name in
        ReportedEnvironment(
          name, chronicle.environments[name], snapshot, from: start, to: end,
          waits: waits.filter { $0.scope.hasPrefix("\(name)/") })
      },
      waits: waits.capped,
      findings: chronicle.findings.all(from: start, to: end).capped,
      failures: chronicle.failures.values.sorted { left, right in
        (left.doneAt == nil ? 0 : 1, right.times, left.scope, left.verb)
          < (right.doneAt == nil ? 0 : 1, left.times, right.scope, right.verb)
      }.capped,
      deeds: chronicle.deeds.all,
      refusals: chronicle.refusals.values.sorted {
        ($1.times, $0.actor, $0.message) < ($0.times, $1.actor, $1.message)
      }.capped,
      notes: chronicle.notes.all,
      coming: ForecastBody(
        snapshot, to: then, of: environment, linesMax: limits.reportLinesMax, to: sight,
        isOver: isOver))
  }
}

extension Array {
  /// As many as a report shows.
  fileprivate var capped: [Element] { Array(prefix(ReportBody.rowsMax)) }
}

extension ReportedEnvironment {
  /// What a stretch holds of one environment; nil where nothing happened in it that anybody recorded.
  init(
    _ name: String, _ chronicle: EnvironmentChronicle?, _ snapshot: Snapshot, from start: Instant,
    to end: Instant, waits: [ReportedWait]
  ) {
    let header = snapshot.reconciler.environments[name]?.header
    let zone = header?.zone ?? .utc
    var chronicle = chronicle ?? EnvironmentChronicle(from: start, to: end, zone: zone)
    if chronicle.track.changes.isEmpty, header != nil {
      // It is written, and nothing happened: it stood as it was.
      chronicle.track.isPresent = true
      chronicle.track.note(start)
    }
    let prices = Prices(of: name, chronicle.meter.readings, snapshot)
    self.init(
      name: name, purpose: header?.purpose ?? "", timezone: zone.name,
      work: chronicle.work.sorted { $0.key < $1.key }.map(\.value),
      days: chronicle.days.enumerated().map { index, day in
        ReportedDay(
          date: "\(day.date)", from: day.span.lowerBound, done: day.done, failed: day.failed,
          cost: prices.cost(day.span, from: index, to: index + 1).map { CostBody.Amount($0.total) })
      },
      states: chronicle.track.states(
        from: start, to: end, waits: waits.map { $0.from..<max($0.from, $0.to ?? end) }),
      usages: chronicle.usages.sorted { $0.key < $1.key }.map { ReportedUsage(resource: $0, points: $1) },
      cost: prices.cost(of: name, start..<end, from: 0, to: chronicle.days.count))
  }
}

/// The prices of an environment as they are written now, and how much was used up to the beginning of each day.
private struct Prices {
  private let readings: [[ResourceID: Usage]]
  private let snapshot: Snapshot
  /// The resource that knows the prices.
  private let id: ResourceID?

  init(of name: String, _ readings: [[ResourceID: Usage]], _ snapshot: Snapshot) {
    self.readings = readings
    self.snapshot = snapshot
    id = snapshot.reconciler.priced(in: name)
  }

  /// What it cost from one reading to another.
  func cost(_ span: Range<Instant>, from first: Int, to last: Int) -> Bill? {
    guard let id, readings.indices.contains(first), readings.indices.contains(last) else { return nil }
    return snapshot.reconciler.bill(of: id, over: span, used: readings[first], readings[last])
  }

  /// The whole, beside what this month comes to.
  func cost(of name: String, _ span: Range<Instant>, from first: Int, to last: Int) -> CostBody? {
    guard let id, let past = cost(span, from: first, to: last) else { return nil }
    var body = CostBody(past, of: name)
    let now = snapshot.now..<snapshot.now
    body.months = snapshot.reconciler.bill(of: id, over: now).map { CostBody($0, of: name).months } ?? []
    return body
  }
}
