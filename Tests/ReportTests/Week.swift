import Calendar
import Reconciliation
import StatusAPI

@testable import StatusServer

/// A week of a small company, event by event: what a daemon would have recorded.
struct Week {
  private(set) var events: [Event] = []

  /// Monday, 2026-11-16, 00:00 in Berlin.
  static let start = Instant(rfc3339: "2026-11-15T23:00:00Z")!
  /// The Monday after, at noon.
  static let end = Instant(rfc3339: "2026-11-23T11:00:00Z")!

  /// What somebody may put where a report prints it.
  static let hostile =
    "</td><script>alert(1)</script> | *bold* `code` [x](http://y) \u{202E}kcab\u{1B}[31m\n# row & \"q\" 'a'"

  @discardableResult
  mutating func add(
    _ kind: EventKind, _ scope: String?, _ day: Int, _ hour: Int, _ minute: Int = 0, _ message: String,
    _ severity: Severity = .info, by actor: String = "steward", _ body: JSON = .object([:])
  ) -> Int64 {
    let at = Week.start + .seconds(Int64((day * 24 + hour) * 3600 + minute * 60))
    events.append(
      Event(
        sequence: Int64(events.count + 1), at: at, scope: scope.flatMap { Scope($0) }, kind: kind,
        severity: severity, actor: actor, cause: nil, message: message, body: body))
    return Int64(events.count)
  }

  mutating func act(
    _ scope: String, _ verb: String, _ day: Int, _ hour: Int, _ minute: Int, _ message: String,
    failing cause: String? = nil
  ) {
    add(.intended, scope, day, hour, minute, message, ["verb": .string(verb), "risk": "safe"])
    if let cause {
      add(.failed, scope, day, hour, minute, "\(message) failed: \(cause)", .warning, ["verb": .string(verb)])
    } else {
      add(.done, scope, day, hour, minute, message, ["verb": .string(verb)])
    }
  }

  mutating func add(
    _ kind: EventKind, _ scope: String?, _ day: Int, _ hour: Int, _ minute: Int, _ message: String,
    _ body: JSON
  ) { add(kind, scope, day, hour, minute, message, .info, body) }

  mutating func use(_ scope: String, _ quantity: Int64, _ day: Int, _ hour: Int) {
    add(.usage, scope, day, hour, 0, "\(quantity) in use", ["quantity": .integer(quantity)])
  }

  /// An ordinary week with everything in it that a report tells.
  static var eventful: Week {
    var week = Week()
    // Before the week: how things stood.
    week.add(.adopted, "production", -30, 9, 0, "environments/production.yaml is in force: 6 new")
    week.add(.adopted, "staging", -30, 9, 0, "environments/staging.yaml is in force: 4 new")
    week.use("staging/instances/web", 0, -3, 20)
    week.use("production/instances/web", 4, -3, 20)
    week.add(
      .finding, "production/backups/main", -1, 22, 0, "the newest sound backup is 2d old", .critical,
      ["code": "stale", "mend": "look why /srv/bin/dump fails", "place": "environments/production.yaml:40:7"])
    for day in 0..<7 {
      if day < 5 {
        week.act("staging/instances/web", "start", day, 7, 0, "start web#1")
        week.act("staging/instances/web", "start", day, 7, 1, "start web#2")
        week.use("staging/instances/web", 2, day, 7)
        week.use("production/instances/web", day == 3 ? 3 : 5, day, 14)
        week.use("production/instances/web", 4, day, 15)
      }
      week.act("production/logs/web", "purge", day, 3, 0, "purged \(12 + day) files, \(410 - day) MB freed")
      if day % 2 == 0 {
        week.act("production/backups/main", "verify", day, 4, 0, "\(20_261_116 + day).dump is sound")
      }
      if day == 1 { week.addTuesday() }
      if day == 3 { week.addThursday() }
      if day < 5 {
        week.act("staging/instances/web", "stop", day, 20, 0, "stop web#1 and web#2")
        week.use("staging/instances/web", 0, day, 20)
      }
    }
    week.add(.stopping, nil, 5, 2, 0, "stewardd stops: asked by SIGTERM; instances run on")
    week.add(.started, nil, 5, 2, 30, "stewardd 1.2.3 starts, \(week.events.count) events remembered")
    week.add(
      .waiting, "production/logs/web", 6, 3, 5, "trim 4 files waits: destructive actions need an approval",
      .notice,
      [
        "verb": "trim", "digest": "0123456789ab",
        "endedBy": "steward approve production/logs/web 0123456789ab",
      ])
    return week
  }

  private mutating func addTuesday() {
    add(.adopted, "dev", 1, 9, 30, "environments/dev.yaml is in force: 2 new")
    add(
      .refused, "staging", 1, 9, 45,
      "environments/staging.yaml is refused, 1 mistake; the last good version stays in force", .warning)
    add(.adopted, "staging", 1, 9, 50, "environments/staging.yaml is in force: 1 changed")
    act("staging/secrets/API_KEY", "prepare", 1, 10, 0, "prepared version 4: every 90d")
    act(
      "staging/secrets/API_KEY", "test", 1, 10, 0, "test version 4",
      failing: "/srv/bin/test-key: exited with 1")
    act(
      "staging/secrets/API_KEY", "test", 1, 10, 1, "test version 4",
      failing: "/srv/bin/test-key: exited with 1")
    act("staging/secrets/API_KEY", "test", 1, 10, 3, "version 4 is good: it can be read back")
    act(
      "staging/secrets/API_KEY", "finish", 1, 10, 3, "version 4 is in force, version 3 works until Wed 10:03")
    add(
      .cleared, "production/backups/main", 1, 16, 0, "no longer: the newest sound backup is 2d old",
      ["code": "stale"])
    add(
      .denied, "production", 1, 17, 0,
      "open production refused: needs the permission `operate` in production", .warning, by: "mallory")
    add(
      .denied, "production", 1, 17, 5,
      "open production refused: needs the permission `operate` in production", .warning, by: "mallory")
  }

  private mutating func addThursday() {
    add(
      .opened, "staging", 3, 18, 0, "staging is held open until Thu 23:00: a late test", .notice, by: "dora",
      ["until": "2026-11-19T22:00:00Z", "reason": "a late test"])
    add(
      .waiting, "production/instances/web", 3, 9, 0,
      "restart web#1 waits: disruptive actions need an approval", .notice,
      [
        "verb": "restart", "digest": "fedcba987654",
        "endedBy": "steward approve production/instances/web fedcba987654",
      ])
    add(
      .approved, "production/instances/web", 3, 14, 20, "rob approves: restart web#1", .notice, by: "rob",
      ["digest": "fedcba987654", "role": "release-engineer"])
    act("production/instances/web", "restart", 3, 14, 20, "restarted web#1")
    for minute in [0, 20, 40] {
      add(
        .finding, "production/logs/web", 3, 15, minute, "106 of 65 GB, and what may go is not enough",
        .warning,
        [
          "code": "over-cap", "mend": "log less, or raise `at most`",
          "place": "environments/production.yaml:29:80",
        ])
      add(
        .cleared, "production/logs/web", 3, 15, minute + 10, "no longer: 106 of 65 GB", ["code": "over-cap"])
    }
    add(
      .unknown, "dev/instances/web", 3, 16, 0, "the look fails: open /proc: permission denied", .warning,
      ["reason": "open /proc: permission denied"])
    add(.known, "dev/instances/web", 3, 17, 30, "the look succeeds again")
    add(
      .finding, "dev/instances/web", 3, 18, 0, Week.hostile, .warning,
      ["code": "crash-loop", "mend": .string(Week.hostile), "place": "environments/dev.yaml:3:1"])
    add(
      .requested, "dev/instances/web", 3, 18, 5, "restart dev/instances/web was asked for: \(Week.hostile)",
      .notice, by: Week.hostile, ["verb": "restart"])
  }

  /// The report of it, as the daemon makes it, made on the last day's noon.
  var report: ReportBody {
    var chronicle = Chronicle(from: Week.start, to: Week.end, zones: ["production": .utc, "staging": .utc])
    for event in events {
      if event.at < Week.start { chronicle.recall(event) } else { chronicle.hear(event) }
    }
    let daemon = DaemonFigures(
      version: "1.2.3", startedAt: Week.start, configurationFolder: "/etc/steward",
      stateFolder: "/var/lib/steward")
    let snapshot = Snapshot(
      reconciler: Reconciler(kinds: []), now: Week.end, daemon: daemon)
    var report = ReportBody(chronicle, snapshot, of: nil, to: .everything, ServerLimits())
    report.coming.to = Week.end + .seconds(7 * 86_400)
    report.coming.lines = Week.coming
    for index in report.environments.indices where report.environments[index].name != "dev" {
      report.environments[index].price()
    }
    return report
  }

  private static var coming: [ForecastLine] {
    func line(_ day: Int, _ hour: Int, _ scope: String, _ risk: String?, _ message: String) -> ForecastLine {
      ForecastLine(
        at: start + .seconds(Int64((day * 24 + hour) * 3600)), scope: scope,
        kind: risk == nil ? "finding" : "intended", verb: risk == nil ? nil : "act", risk: risk,
        severity: risk == nil ? "warning" : "info", message: message)
    }
    return [
      line(7, 20, "staging/instances/web", "safe", "stop web#1 and web#2"),
      line(8, 3, "production/logs/web", "safe", "purge 19 files"),
      line(8, 7, "staging/instances/web", "safe", "start web#1"),
      line(9, 10, "production/secrets/JWT_SECRET", "disruptive", "prepare version 3: every 3mo"),
      line(10, 4, "production/backups/main", nil, "the newest sound backup is 2d old"),
      line(12, 4, "production/logs/web", "destructive", "trim 4 files, younger than `keep`, for the cap"),
    ]
  }
}

extension ReportedEnvironment {
  /// What it would say of an environment with prices: what they come to is the budget's to know, and tested there.
  mutating func price() {
    func amount(_ cents: Int64) -> CostBody.Amount {
      .init(
        microdollars: cents * 10_000, text: "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)")
    }
    for index in days.indices {
      days[index].cost = amount(name == "staging" ? 820 + 40 * Int64(index) : 2600)
    }
    let total = days.reduce(0) { $0 + ($1.cost?.microdollars ?? 0) / 10_000 }
    cost = CostBody(
      environment: name, total: amount(total),
      items: [.init(name: "web", price: "$0.08/h", amount: amount(total))],
      monthly: amount(name == "staging" ? 20_000 : 90_000),
      months: [
        .init(month: "2026-11", amount: amount(4 * total), isProjected: true, isOver: name == "staging")
      ])
  }
}
