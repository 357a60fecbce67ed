import Calendar
import Reconciliation
import StatusAPI

extension ReportBody {
  /// What `chronicle` tells of the stretch, and what `snapshot` says of now and of what comes.
  init(
    _ chronicle: Chronicle, _ snapshot: Snapshot, of environment: String?, to sight: Sight,
    _ limits: ServerLimits
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
          name, chronicle.environments[name], reconciler.environments[name]?.header, from: start, to: end,
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
        snapshot, to: then, of: environment, linesMax: limits.reportLinesMax, to: sight))
  }
}

extension Array {
  /// As many as a report shows.
  fileprivate var capped: [Element] { Array(prefix(ReportBody.rowsMax)) }
}

extension ReportedEnvironment {
  /// What a stretch holds of one environment; nil where nothing happened in it that anybody recorded.
  init(
    _ name: String, _ chronicle: EnvironmentChronicle?, _ header: EnvironmentHeader?, from start: Instant,
    to end: Instant, waits: [ReportedWait]
  ) {
    var chronicle = chronicle ?? EnvironmentChronicle()
    if chronicle.track.changes.isEmpty, header != nil {
      // It is written, and nothing happened: it stood as it was.
      chronicle.track.isPresent = true
      chronicle.track.note(start)
    }
    let zone = header?.zone ?? .utc
    self.init(
      name: name, purpose: header?.purpose ?? "", timezone: zone.name,
      work: chronicle.work.sorted { $0.key < $1.key }.map(\.value),
      days: ReportedEnvironment.days(chronicle, from: start, to: end, in: zone),
      states: chronicle.track.states(
        from: start, to: end, waits: waits.map { $0.from..<max($0.from, $0.to ?? end) }),
      usages: chronicle.usages.sorted { $0.key < $1.key }.map { ReportedUsage(resource: $0, points: $1) })
  }

  private static func days(
    _ chronicle: EnvironmentChronicle, from start: Instant, to end: Instant, in zone: Zone
  ) -> [ReportedDay] {
    var date = zone.civil(at: start).date
    let last = zone.civil(at: end - .microseconds(1)).date
    var days: [ReportedDay] = []
    while date <= last {
      let counts = chronicle.days[date] ?? (0, 0)
      days.append(
        ReportedDay(
          date: "\(date)", from: zone.instants(of: CivilDateTime(date)).earliest, done: counts.done,
          failed: counts.failed))
      date = date.adding(days: 1)
    }
    return days
  }
}
