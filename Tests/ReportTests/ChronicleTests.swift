import Calendar
import Reconciliation
import StatusAPI
import Testing

@testable import StatusServer

@Suite("A report is a fold over events")
struct ChronicleTests {
  private let report = Week.eventful.report

  private func environment(_ name: String) throws -> ReportedEnvironment {
    try #require(report.environments.first { $0.name == name })
  }

  @Test("counts what was done and failed by section and kind, and by day")
  func work() throws {
    let staging = try environment("staging")
    let start = try #require(staging.work.first { $0.verb == "start" })
    #expect(start.done == 10)
    let test = try #require(staging.work.first { $0.verb == "test" })
    #expect(test.done == 1)
    #expect(test.failed == 2)
    #expect(test.last == "version 4 is good: it can be read back")
    #expect(staging.days.count == 9, "in UTC the week begins on Sunday evening")
    #expect(staging.days.reduce(0) { $0 + $1.done } == staging.work.reduce(0) { $0 + $1.done })
    #expect(staging.days.reduce(0) { $0 + $1.failed } == 2)
  }

  @Test("says how an environment stood, without a gap")
  func states() throws {
    for environment in report.environments {
      #expect(environment.states.first?.from == Week.start)
      #expect(environment.states.last?.to == Week.end)
      for (one, next) in zip(environment.states, environment.states.dropFirst()) {
        #expect(one.to == next.from)
        #expect(one.state != next.state)
      }
    }
    // The backup was stale already; a daemon that stops and starts makes a gap of half an hour.
    #expect(
      try environment("production").states.map(\.state) == [
        "degraded", "ready", "waiting", "ready", "degraded", "ready", "degraded", "ready", "degraded",
        "ready",
        "stopped", "ready",
      ])
    // Off at night and over the weekend, as the counts say.
    #expect(
      try environment("staging").states.map(\.state).prefix(4) == ["closed", "ready", "closed", "ready"])
    #expect(
      try environment("dev").states.map(\.state) == [
        "absent", "ready", "unknown", "ready", "degraded", "stopped", "degraded",
      ])
  }

  @Test("reads what was used at the beginning of each day, whatever changed in between")
  func meter() throws {
    let id = try #require(ResourceID("staging/instances/web"))
    func hours(_ number: Int64) -> Instant { Week.start + .seconds(number * 3600) }
    var meter = UsageMeter([0, 24, 48, 72].map { hours($0) })
    meter.use(2, of: id, at: hours(-10))
    meter.use(1, of: id, at: hours(10))
    meter.use(0, of: id, at: hours(48))
    meter.use(3, of: id, at: hours(71))
    let used = meter.readings.enumerated().map { index, reading in
      (reading[id]?.used(until: hours(24 * Int64(index))) ?? 0) / 3_600_000_000
    }
    #expect(zip(used, used.dropFirst()).map { $1 - $0 } == [2 * 10 + 14, 24, 3])
  }

  @Test("tells a finding that came and went once, with how often and how long")
  func findings() throws {
    let cap = try #require(report.findings.first { $0.code == "over-cap" })
    #expect(cap.times == 3)
    #expect(cap.seconds == 3 * 600)
    #expect(!cap.isOpen)
    let stale = try #require(report.findings.first { $0.code == "stale" })
    #expect(stale.times == 0, "it stood before")
    #expect(stale.from < Week.start)
    #expect(stale.seconds == 40 * 3600, "from Monday 00:00 to Tuesday 16:00")
    #expect(stale.place == "environments/production.yaml:40:7")
    #expect(report.findings.first?.code == "crash-loop", "what stands comes first")
    #expect(report.findings.first?.isOpen == true)
    #expect(report.findings.first { $0.code == "unknown" }?.seconds == 5400)
  }

  @Test("tells what waited, for how long and who ended it")
  func waits() throws {
    let restart = try #require(report.waits.first { $0.scope == "production/instances/web" })
    #expect(restart.approvedBy == ["rob"])
    #expect(restart.from.distance(to: try #require(restart.to)) == .seconds(5 * 3600 + 20 * 60))
    // Nothing is planned in this world any more, so the other one does not wait now.
    #expect(report.waits.count == 1)
  }

  @Test("tells a failure once, with how often, and whether it was done after all")
  func failures() throws {
    #expect(report.failures.count == 1)
    let failure = try #require(report.failures.first)
    #expect(failure.times == 2)
    #expect(failure.doneAt == Week.start + .seconds(Int64(34 * 3600 + 180)))
  }

  @Test("tells refusals with their number, and people's deeds in order")
  func people() {
    #expect(report.refusals.map(\.actor) == ["mallory"])
    #expect(report.refusals.first?.times == 2)
    #expect(report.deeds.map(\.kind) == ["opened", "approved", "requested"])
    #expect(report.starts == 1)
  }

  @Test("of an empty stretch is a report that says so")
  func empty() {
    let report = Week().report
    #expect(report.environments.isEmpty)
    #expect(report.events == 0)
  }

  @Test("however many refusals and deeds there are, is no larger than what people read")
  func bounded() {
    var week = Week()
    for number in 0..<5_000 {
      week.add(.denied, nil, 0, 1, 0, "GET /\(number) refused", .warning, by: "mallory")
      week.add(.revealed, "dev/secrets/KEY", 0, 1, 0, "somebody reads \(number)", .notice, by: "dora")
    }
    #expect(week.report.refusals.count == ReportBody.rowsMax)
    #expect(week.report.deeds.count == ReportBody.rowsMax)
    #expect(week.report.deeds.last?.message == "somebody reads 4999")

    var flapping = Week()
    for second in 0..<20_000 {
      flapping.add(
        second % 2 == 0 ? .finding : .cleared, "dev/logs/web", 0, 0, second, "too much", .warning,
        ["code": "over-cap"])
    }
    let states = flapping.report.environments[0].states
    #expect(states.count <= 2 * 2_000)
    #expect(states.contains { $0.state == "degraded" })
    #expect(flapping.report.findings[0].times == 10_000)
  }
}
