import Fixtures
import Testing

@testable import Calendar

@Suite("CalendarExpression") struct CalendarExpressionTests {
  @Test(
    "the examples of systemd.time(7) have its normalized forms",
    arguments: [
      ("Sat,Thu,Mon..Wed,Sat..Sun", "Mon..Thu,Sat,Sun *-*-* 00:00:00"),
      ("Mon,Sun 12-*-* 2,1:23", "Mon,Sun 2012-*-* 01,02:23:00"), ("Wed *-1", "Wed *-*-01 00:00:00"),
      ("Wed..Wed,Wed *-1", "Wed *-*-01 00:00:00"), ("Wed, 17:48", "Wed *-*-* 17:48:00"),
      ("Wed..Sat,Tue 12-10-15 1:2:3", "Tue..Sat 2012-10-15 01:02:03"), ("*-*-7 0:0:0", "*-*-07 00:00:00"),
      ("10-15", "*-10-15 00:00:00"), ("monday *-12-* 17:00", "Mon *-12-* 17:00:00"),
      ("Mon,Fri *-*-3,1,2 *:30:45", "Mon,Fri *-*-01,02,03 *:30:45"),
      ("12,14,13,12:20,10,30", "*-*-* 12,13,14:10,20,30:00"), ("12..14:10,20,30", "*-*-* 12..14:10,20,30:00"),
      ("mon,fri *-1/2-1,3 *:30:45", "Mon,Fri *-01/2-01,03 *:30:45"), ("03-05 08:05:40", "*-03-05 08:05:40"),
      ("05:40", "*-*-* 05:40:00"), ("Sat,Sun 12-05 08:05:40", "Sat,Sun *-12-05 08:05:40"),
      ("05:40:23.4200004/3.1700005", "*-*-* 05:40:23.420000/3.170001"),
      ("2003-02..04-05", "2003-02..04-05 00:00:00"), ("2003-03-05 05:40 UTC", "2003-03-05 05:40:00 UTC"),
      ("minutely", "*-*-* *:*:00"), ("hourly", "*-*-* *:00:00"), ("daily UTC", "*-*-* 00:00:00 UTC"),
      ("monthly", "*-*-01 00:00:00"), ("weekly", "Mon *-*-* 00:00:00"), ("yearly", "*-01-01 00:00:00"),
      ("annually", "*-01-01 00:00:00"), ("quarterly", "*-01,04,07,10-01 00:00:00"),
      ("semiannually", "*-01,07-01 00:00:00"), ("*:2/3", "*-*-* *:02/3:00"), ("*:*:*", "*-*-* *:*:*"),
      ("*-*~1", "*-*~01 00:00:00"), ("Mon *-05~07/1", "Mon *-05~07/1 00:00:00"),
      ("@1395716396", "2014-03-25 02:59:56 UTC"), ("Mon..Sun 5:00", "*-*-* 05:00:00"),
      ("*:*:35,0/1", "*-*-* *:*:*"), ("0/1,5:00", "*-*-* 00/1,05:00:00"),
    ])
  func normalized(text: String, expected: String) throws {
    #expect(try CalendarExpression(text, zones: .utcOnly).description == expected)
    #expect(try CalendarExpression(expected, zones: .utcOnly).description == expected)
  }

  @Test("a zone is part of the expression", .enabled(if: Machine.runsZoneTests))
  func zones() throws {
    let text = "weekly Pacific/Auckland"
    let expression = try CalendarExpression(text, zones: Machine.zones)
    #expect(expression.description == "Mon *-*-* 00:00:00 Pacific/Auckland")
    #expect(expression.zone?.name == "Pacific/Auckland")
    #expect(
      expression.next(after: moment("2026-11-21T00:00:00Z"), in: .utc) == moment("2026-11-22T11:00:00Z"))
  }

  @Test(
    "what is wrong is said, and what was meant",
    arguments: [
      ("", "empty"), ("25:00", "hour 25"), ("8", "minutes"), ("Mon..Fri 8", "minutes"),
      ("Fri..Mon 8:00", "backwards"),
      ("Mond 8:00", "did you mean Mon"), ("dayly", "did you mean daily"), ("8:60", "minute 60"),
      ("*-*-32", "day 32"), ("*-13-1", "month 13"), ("*-*~29", "day 29"), ("2200-1-1", "year 2200"),
      ("8:00 Mars/Base", "not known"), ("8:0/0", "never moves"), ("5..4:00", "forward"), ("8:00:", "missing"),
      ("Mon..Tue..Wed", "cannot follow"), ("8:00 ../x", "no time zone name"), ("8:00:1.", "digit"),
      ("20/9:00", "another hour"), ("*-*~1,26", "item 2"), ("8:00x", "not expected"),
      ("8:0:0/1,53/12", "another second"),
      ("Mon,,Tue", "missing"), ("99999999999:0", "number"),
    ])
  func refusing(text: String, expected: String) {
    let error = #expect(throws: CalendarError.self) { try CalendarExpression(text, zones: .utcOnly) }
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
  }

  @Test("the next fire is strictly later, to the microsecond")
  func strictlyLater() throws {
    let daily = try CalendarExpression("daily", zones: .utcOnly)
    #expect(daily.next(after: moment("2026-11-21T00:00:00Z"), in: .utc) == moment("2026-11-22T00:00:00Z"))
    #expect(
      daily.next(after: moment("2026-11-20T23:59:59.999999Z"), in: .utc) == moment("2026-11-21T00:00:00Z"))
    let thirds = try CalendarExpression("*:*:0/0.333333", zones: .utcOnly)
    #expect(
      thirds.next(after: moment("2026-11-21T00:00:00.333333Z"), in: .utc)
        == moment("2026-11-21T00:00:00.666666Z"))
  }

  @Test("an expression that can never fire says so, and so does one that has fired")
  func never() throws {
    let base = moment("2026-11-21T00:00:00Z")
    for text in ["*-02-30", "2020-01-01", "*-02,04,06,09,11-31", "Mon 2026-11-24", "@1395716396"] {
      #expect(try CalendarExpression(text, zones: .utcOnly).next(after: base, in: .utc) == nil, "\(text)")
    }
    let daily = try CalendarExpression("daily", zones: .utcOnly)
    #expect(daily.next(after: .distantFuture, in: .utc) == nil)
    #expect(daily.next(after: moment("2199-12-31T00:00:00Z"), in: .utc) == nil)
    #expect(daily.next(after: .distantPast, in: .utc) == moment("1970-01-01T00:00:00Z"))
  }

  @Test("rare dates are found")
  func rare() throws {
    let base = moment("2026-11-21T00:00:00Z")
    let leap = try CalendarExpression("Sun *-02-29", zones: .utcOnly)
    #expect(leap.next(after: base, in: .utc) == moment("2032-02-29T00:00:00Z"))
    let lastMonday = try CalendarExpression("Mon *-05~07/1", zones: .utcOnly)
    #expect(lastMonday.next(after: base, in: .utc) == moment("2027-05-31T00:00:00Z"))
    let thirdLast = try CalendarExpression("*-02~03", zones: .utcOnly)
    #expect(thirdLast.next(after: base, in: .utc) == moment("2027-02-26T00:00:00Z"))
  }

  @Test(
    "where systemd gives up as the clocks go forward, it fires as written",
    .enabled(if: Machine.runsZoneTests))
  func overflowInSpring() throws {
    let berlin = try Machine.zones.zone("Europe/Berlin")
    let expression = try CalendarExpression("0/7:00", zones: .utcOnly)
    var cursor = moment("2026-03-28T21:30:00+01:00")
    for expected in ["2026-03-29T00:00:00+01:00", "2026-03-29T07:00:00+02:00", "2026-03-29T14:00:00+02:00"] {
      let next = try #require(expression.next(after: cursor, in: berlin))
      #expect(next == moment(expected))
      cursor = next
    }
  }

  @Test("a year that begins in a gap does not end a recurrence", .enabled(if: Machine.runsZoneTests))
  func newYearInGap() throws {
    let kathmandu = try Machine.zones.zone("Asia/Kathmandu")
    let base = moment("1985-12-31T17:12:04Z")
    let yearly = try CalendarExpression("1986..1990-01-01 12:00", zones: .utcOnly)
    #expect(yearly.next(after: base, in: kathmandu) == moment("1986-01-01T12:00:00+05:45"))
    let skipping = try CalendarExpression("6/5-10 00:00", zones: .utcOnly)
    #expect(skipping.next(after: base, in: kathmandu) == moment("1986-06-10T00:00:00+05:45"))
  }

  @Test("every fire is later than the one before, whatever clocks do", .enabled(if: Machine.runsZoneTests))
  func alwaysLater() throws {
    var generator = Dice(seed: Dice.seed &+ 2)
    for name in CalendarRefereeTests.zoneNames {
      let zone = try Machine.zones.zone(name)
      for _ in 0..<150 {
        guard let expression = try? CalendarExpression(CalendarTexts.any(using: &generator), zones: .utcOnly)
        else {
          continue
        }
        let anywhere = Instant(seconds: .random(in: 0...4_000_000_000, using: &generator))
        var cursor = (zone.nextTransition(after: anywhere)?.instant ?? anywhere) - .seconds(7200)
        for _ in 0..<20 {
          guard let next = expression.next(after: cursor, in: zone) else { break }
          #expect(next > cursor, "\(expression) after \(cursor) in \(name)")
          // From between two fires too, for that is where a daemon asks from.
          let gap = cursor.distance(to: next)
          #expect(expression.next(after: next - gap / 2, in: zone).map { $0 > next - gap / 2 } ?? true)
          cursor = next
        }
      }
    }
  }
}
