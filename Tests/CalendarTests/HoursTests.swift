import Fixtures
import Testing

@testable import Calendar

@Suite("Hours") struct HoursTests {
  @Test(
    "windows are written back in one form",
    arguments: [
      ("Mon..Fri 07:00-20:00", "Mon..Fri 07:00-20:00"), ("22:00-06:00", "22:00-06:00"),
      ("sat,sun 0:00-24:00", "Sat,Sun 00:00-24:00"), ("Mon..Sun 7:00-8:00", "07:00-08:00"),
      ("Mon-Thu 09:00-12:00, 13:00-16:00", "Mon..Thu 09:00-12:00,13:00-16:00"),
      ("Wed, 8:00..9:00", "Wed 08:00-09:00"),
    ])
  func windows(text: String, expected: String) throws {
    #expect(try Window(text).description == expected)
    #expect(try Window(expected) == Window(text))
  }

  @Test(
    "what is wrong is said, and what was meant",
    arguments: [
      ("Mon..Fri", "times are missing"), ("07:00", "hyphen"), ("07:00-07:00", "all day is 00:00-24:00"),
      ("24:00-06:00", "nothing opens at 24:00"), ("07:00-25:00", "does not begin with a time"),
      ("7-20", "07:00"),
      ("Fri..Mon 07:00-08:00", "backwards"), ("07:00-08:00 UTC", "not expected"), ("", "times are missing"),
      ("Mon 07:00-24:30", "24:00"),
    ])
  func refusing(text: String, expected: String) {
    let error = #expect(throws: CalendarError.self) { try Window(text) }
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
  }

  @Test("closed dates are one date or a range, and nothing else")
  func closedDates() throws {
    #expect(try ClosedDates("2026-12-24..2027-01-01").description == "2026-12-24..2027-01-01")
    #expect(try ClosedDates("2026-12-24").description == "2026-12-24")
    for text in ["2026-12-32", "2027-01-01..2026-12-24", "12-24", "2026-12-24..", "..2026-12-24", ""] {
      #expect(throws: CalendarError.self) { try ClosedDates(text) }
    }
    #expect(throws: CalendarError.self) { try Hours(open: []) }
    #expect(throws: CalendarError.self) { try Hours(open: ["always", "07:00-08:00"]) }
    #expect(try Hours(open: ["always"]) == .always)
  }

  @Test("it is open from its start until just before its end")
  func edges() throws {
    let hours = try Hours(open: ["Mon..Fri 07:00-20:00"])
    for (text, isOpen) in [
      ("2026-11-20T06:59:59.999999Z", false), ("2026-11-20T07:00:00Z", true),
      ("2026-11-20T19:59:59.999999Z", true),
      ("2026-11-20T20:00:00Z", false), ("2026-11-21T12:00:00Z", false),
    ] {
      #expect(hours.isOpen(at: moment(text), in: .utc) == isOpen, "\(text)")
    }
    #expect(
      hours.nextChange(after: moment("2026-11-20T07:00:00Z"), in: .utc) == moment("2026-11-20T20:00:00Z"))
    #expect(
      hours.nextChange(after: moment("2026-11-20T20:00:00Z"), in: .utc) == moment("2026-11-23T07:00:00Z"))
  }

  @Test("a window across midnight stays open until its end")
  func acrossMidnight() throws {
    let hours = try Hours(open: ["Fri 22:00-06:00"])
    #expect(hours.isOpen(at: moment("2026-11-21T05:59:00Z"), in: .utc))
    #expect(!hours.isOpen(at: moment("2026-11-20T05:59:00Z"), in: .utc))
    #expect(
      hours.nextChange(after: moment("2026-11-20T22:00:00Z"), in: .utc) == moment("2026-11-21T06:00:00Z"))
  }

  @Test("windows that touch or overlap are one opening")
  func touching() throws {
    let hours = try Hours(open: ["Sat,Sun 00:00-24:00", "Fri 22:00-24:00", "Sat 10:00-12:00"])
    #expect(
      hours.nextChange(after: moment("2026-11-20T22:00:00Z"), in: .utc) == moment("2026-11-23T00:00:00Z"))
  }

  @Test("closed dates beat windows, also those that began the evening before")
  func closed() throws {
    let hours = try Hours(open: ["22:00-06:00", "09:00-17:00"], closed: ["2026-12-24..2027-01-01"])
    #expect(
      hours.nextChange(after: moment("2026-12-23T22:30:00Z"), in: .utc) == moment("2026-12-24T00:00:00Z"))
    #expect(!hours.isOpen(at: moment("2026-12-28T12:00:00Z"), in: .utc))
    #expect(!hours.isOpen(at: moment("2027-01-01T23:00:00Z"), in: .utc))
    // The night that began on the closed 1 January goes on once that day is over.
    #expect(
      hours.nextChange(after: moment("2026-12-24T00:00:00Z"), in: .utc) == moment("2027-01-02T00:00:00Z"))
    let always = try Hours(open: ["always"], closed: ["2030-01-01..2199-12-31"])
    #expect(
      always.nextChange(after: moment("2026-01-01T00:00:00Z"), in: .utc) == moment("2030-01-01T00:00:00Z"))
    #expect(
      always.nextChange(after: moment("2030-01-01T00:00:00Z"), in: .utc) == moment("2200-01-01T00:00:00Z"))
    #expect(always.nextChange(after: moment("2200-01-01T00:00:00Z"), in: .utc) == nil)
  }

  @Test("what never changes says so")
  func never() throws {
    let now = moment("2026-11-21T00:00:00Z")
    #expect(Hours.always.isOpen(at: now, in: .utc))
    #expect(Hours.always.nextChange(after: now, in: .utc) == nil)
    #expect(!Hours(windows: []).isOpen(at: now, in: .utc))
    #expect(Hours(windows: []).nextChange(after: now, in: .utc) == nil)
    #expect(
      try Hours(open: ["Mon..Wed 00:00-24:00", "Thu..Sun 00:00-24:00"]).nextChange(after: now, in: .utc)
        == nil)
    #expect(Hours.always.nextChange(after: .distantFuture, in: .utc) == nil)
  }
}

@Suite("Hours where clocks change", .enabled(if: Machine.runsZoneTests)) struct HoursClockChangeTests {
  let berlin: Zone

  init() throws {
    berlin = try Machine.zones.zone("Europe/Berlin")
  }

  /// Opening and closing in Berlin of the one stretch that touches a day.
  private func span(_ window: String, _ from: String) throws -> [String] {
    let hours = try Hours(open: [window])
    var changes: [String] = []
    var cursor = moment(from)
    while changes.count < 2, let next = hours.nextChange(after: cursor, in: berlin) {
      changes.append(berlin.civil(at: next).description + " " + berlin.offset(at: next).abbreviation)
      cursor = next
    }
    return changes
  }

  @Test(
    "in a gap both ends move to its end",
    arguments: [
      ("02:30-05:00", "03:00:00 CEST", "05:00:00 CEST"), ("01:00-02:30", "01:00:00 CET", "03:00:00 CEST"),
      ("01:00-02:00", "01:00:00 CET", "03:00:00 CEST"), ("03:00-04:00", "03:00:00 CEST", "04:00:00 CEST"),
    ])
  func gap(window: String, opens: String, closes: String) throws {
    let changes = try span(window, "2026-03-29T00:30:00+01:00")
    #expect(changes == ["2026-03-29 \(opens)", "2026-03-29 \(closes)"])
  }

  @Test(
    "in an overlap it opens at the first showing and closes at the second",
    arguments: [
      ("02:30-05:00", "02:30:00 CEST", "05:00:00 CET"), ("01:00-02:30", "01:00:00 CEST", "02:30:00 CET"),
      ("02:15-02:30", "02:15:00 CEST", "02:30:00 CET"), ("02:00-03:00", "02:00:00 CEST", "03:00:00 CET"),
    ])
  func overlap(window: String, opens: String, closes: String) throws {
    let changes = try span(window, "2026-10-25T00:30:00+02:00")
    #expect(changes == ["2026-10-25 \(opens)", "2026-10-25 \(closes)"])
  }

  @Test("a window that lies in a gap does not open that day, and is reported")
  func lost() throws {
    let hours = try Hours(open: ["02:00-03:00", "Mon 02:15-02:45", "22:00-06:00"], closed: ["2028-03-26"])
    let lost = hours.lostOpenings(
      from: moment("2026-01-01T00:00:00Z"), to: moment("2029-01-01T00:00:00Z"), in: berlin)
    #expect(
      lost.map(\.description) == [
        "02:00-03:00 does not exist on Sun 2026-03-29: clocks jump over it",
        "02:00-03:00 does not exist on Sun 2027-03-28: clocks jump over it",
      ])
    let alone = try Hours(open: ["02:00-03:00"])
    #expect(
      alone.nextChange(after: moment("2026-03-28T03:30:00+01:00"), in: berlin)
        == moment("2026-03-30T02:00:00+02:00"))
  }

  @Test("a day that the zone skipped loses its openings")
  func lostDay() throws {
    let apia = try Machine.zones.zone("Pacific/Apia")
    let hours = try Hours(open: ["Fri 09:00-17:00"])
    let lost = hours.lostOpenings(
      from: moment("2011-12-01T00:00:00Z"), to: moment("2012-01-31T00:00:00Z"), in: apia)
    #expect(lost.map(\.date.description) == ["2011-12-30"])
    #expect(
      hours.nextChange(after: moment("2011-12-28T00:00:00Z"), in: apia) == moment("2012-01-05T19:00:00Z"))
  }

  @Test("nextChange and isOpen tell the same story, in every zone, across changes")
  func consistent() throws {
    var generator = Dice(seed: Dice.seed)
    let windows = [
      "Mon..Fri 07:00-20:00", "22:00-06:00", "00:00-02:30", "02:30-03:15", "23:30-00:30", "Sun 00:00-24:00",
    ]
    for name in CalendarRefereeTests.zoneNames {
      let zone = try Machine.zones.zone(name)
      for _ in 0..<15 {
        let anywhere = Instant(seconds: .random(in: 0...4_000_000_000, using: &generator))
        let near = zone.nextTransition(after: anywhere)?.instant ?? anywhere
        let hours = try Hours(
          open: windows.shuffled(using: &generator).prefix(2).map(\.self),
          closed: [zone.civil(at: near).date.description])
        var cursor = near - .seconds(2 * 86_400)
        var isOpen = hours.isOpen(at: cursor, in: zone)
        let changes = sequence(first: cursor) { hours.nextChange(after: $0, in: zone) }.dropFirst().prefix(12)
        var upcoming = Array(changes)[...]
        for _ in 0..<(4 * 96) {
          cursor += .seconds(900)
          while let next = upcoming.first, next <= cursor {
            isOpen.toggle()
            upcoming.removeFirst()
          }
          if upcoming.isEmpty { break }
          #expect(hours.isOpen(at: cursor, in: zone) == isOpen, "\(hours) at \(cursor) in \(name)")
        }
      }
    }
  }
}
