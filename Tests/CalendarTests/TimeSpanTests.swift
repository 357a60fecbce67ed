import Fixtures
import Testing

@testable import Calendar

@Suite("TimeSpan") struct TimeSpanTests {
  @Test(
    "every spelling of every unit is read",
    arguments: [
      (["usec", "us", "µs", "μs"], Duration.microseconds(3)),
      (["msec", "ms"], .milliseconds(3)),
      (["seconds", "second", "sec", "s", ""], .seconds(3)),
      (["minutes", "minute", "min", "m"], .seconds(180)),
      (["hours", "hour", "hr", "h"], .seconds(3 * 3600)),
      (["days", "day", "d"], .seconds(3 * 86_400)),
      (["weeks", "week", "w"], .seconds(21 * 86_400)),
    ])
  func units(spellings: [String], expected: Duration) throws {
    for unit in spellings {
      #expect(try TimeSpan("3\(unit)") == TimeSpan(duration: expected))
      #expect(try TimeSpan(" 3 \(unit) ") == TimeSpan(duration: expected))
    }
  }

  @Test("months and years stay calendar months", arguments: ["months", "month", "M", "mo"])
  func months(unit: String) throws {
    #expect(try TimeSpan("3\(unit)").months == 3)
    #expect(try TimeSpan("1y 12\(unit)").months == 24)
    #expect(try TimeSpan("1.5years").months == 18)
    #expect(try TimeSpan("6mo 2d") == TimeSpan(months: 6, duration: .seconds(2 * 86_400)))
  }

  @Test(
    "numbers add up, spaces are free, and the description is systemd's",
    arguments: [
      ("2h 30min", "2h 30min"), ("1y 12month", "2y"), ("55s500ms", "55.500000s"),
      ("300ms20s 5day", "5d 20.300000s"), ("1.5h", "1h 30min"), (".5s", "500ms"), ("90", "1min 30s"),
      ("1500us", "1.500ms"), ("100s 1us", "1min 40.000001s"), ("0", "0"), ("5 s 3", "8s"), ("8d", "1w 1d"),
      ("1month 2d", "1month 2d"), ("1.23456789s", "1.234567s"), ("14mo", "1y 2month"),
    ])
  func describing(text: String, expected: String) throws {
    let span = try TimeSpan(text)
    #expect(span.description == expected)
    #expect(try TimeSpan(span.description) == span)
  }

  @Test(
    "what is wrong is said, and what was meant",
    arguments: [
      ("30 dayz", "did you mean days"), ("5 minuts", "did you mean minutes"), ("1 yeer", "did you mean year"),
      ("5.", "digit is missing"), ("-5s", "negative"), ("", "missing"), ("h", "number is missing"),
      ("0.3month", "calendar months"), ("infinity", "infinity"), ("1h,2h", "number is missing"),
      ("99999999999999999999s", "longer"), ("400000000y", "longer"), ("5 bananas", "units are"),
    ])
  func refusing(text: String, expected: String) {
    let error = #expect(throws: CalendarError.self) { try TimeSpan(text) }
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
  }

  @Test("months are added by the calendar, clamped to the month's end")
  func adding() throws {
    let span = try TimeSpan("1month 1h")
    #expect(span.added(to: moment("2026-01-31T10:00:00Z"), in: .utc) == moment("2026-02-28T11:00:00Z"))
    #expect(span.subtracted(from: moment("2026-03-31T10:00:00Z"), in: .utc) == moment("2026-02-28T09:00:00Z"))
    #expect(
      try TimeSpan("1y").added(to: moment("2024-02-29T00:00:00Z"), in: .utc) == moment("2025-02-28T00:00:00Z")
    )
    #expect(try TimeSpan("9999y").added(to: moment("2026-01-01T00:00:00Z"), in: .utc) == .distantFuture)
    #expect(try TimeSpan("9999y").subtracted(from: moment("2026-01-01T00:00:00Z"), in: .utc) == .distantPast)
  }

  @Test("in a zone months keep the time of day, days keep 24 hours", .enabled(if: Machine.runsZoneTests))
  func zoned() throws {
    let berlin = try Machine.zones.zone("Europe/Berlin")
    let noon = moment("2026-03-15T12:00:00+01:00")
    #expect(try TimeSpan("1month").added(to: noon, in: berlin) == moment("2026-04-15T12:00:00+02:00"))
    #expect(try TimeSpan("30d").added(to: noon, in: berlin) == moment("2026-04-14T13:00:00+02:00"))
    // 02:30 is skipped on 29 March 2026 and shown twice on 25 October.
    let gap = TimeSpan(months: 1).added(to: moment("2026-02-28T02:30:00+01:00"), in: berlin)
    #expect(gap == moment("2026-03-28T02:30:00+01:00"))
    let skipped = TimeSpan(months: 2).added(to: moment("2026-01-29T02:30:00+01:00"), in: berlin)
    #expect(skipped == moment("2026-03-29T03:00:00+02:00"))
    let twice = TimeSpan(months: 1).added(to: moment("2026-09-25T02:30:00+02:00"), in: berlin)
    #expect(twice == moment("2026-10-25T02:30:00+02:00"))
  }

  @Test("the same spans as systemd-analyze timespan", .enabled(if: Machine.runsRefereeTests))
  func referee() {
    var generator = Dice(seed: Dice.seed)
    let units = [
      "usec", "us", "msec", "ms", "seconds", "sec", "s", "", "min", "m", "hr", "h", "day", "d", "w",
    ]
    let texts = (0..<500).map { _ in
      (0...Int.random(in: 0...3, using: &generator)).map { _ in
        let whole = Int.random(in: 0...1200, using: &generator)
        let fraction = Bool.random(using: &generator) ? ".\(Int.random(in: 0...9999, using: &generator))" : ""
        let space = Bool.random(using: &generator) ? " " : ""
        return "\(whole)\(fraction)\(space)\(units.randomElement(using: &generator)!)"
      }.joined(separator: " ")
    }
    let (output, status) = Machine.run(["systemd-analyze", "timespan"] + texts, timeZone: "UTC")
    #expect(status == 0)
    // The label is "us" or "μs", by the locale.
    let lines = output.split(separator: "\n").filter { $0.contains("s: ") }
    #expect(lines.count == texts.count)
    for (text, line) in zip(texts, lines) {
      let expected = Int64(line.split(separator: " ").last!)
      #expect((try? TimeSpan(text))?.duration.wholeMicroseconds == expected, "\(text)")
    }
  }
}
