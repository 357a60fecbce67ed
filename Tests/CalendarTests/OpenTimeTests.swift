import Calendar
import Testing

@Suite("How long hours are open")
struct OpenTimeTests {
  /// The same by walking from change to change.
  private func walked(_ hours: Hours, from start: Instant, to end: Instant, in zone: Zone) -> Duration {
    var open = Duration.zero
    var cursor = start
    while cursor < end {
      let next = min(hours.nextChange(after: cursor, in: zone) ?? end, end)
      if hours.isOpen(at: cursor, in: zone) { open += cursor.distance(to: next) }
      cursor = next
    }
    return open
  }

  static let written: [(open: [String], closed: [String])] = [
    (["always"], []), (["always"], ["2026-12-24..2027-01-01"]), (["Mon..Fri 07:00-20:00"], []),
    (["Mon..Fri 07:00-20:00"], ["2026-12-24..2027-01-01", "2026-11-23"]), (["22:00-06:00"], ["2026-10-25"]),
    (["Fri 22:00-06:00", "Sat 05:00-12:00", "Sat 11:00-13:00"], []), (["02:00-02:30", "02:30-03:00"], []),
    (["Sun 00:00-24:00", "Mon 00:00-01:00"], []),
  ]

  @Test(
    "is what walking from change to change adds up to, over clock changes, nights and closed dates",
    .enabled(if: Machine.hasZones), arguments: written)
  func sums(open: [String], closed: [String]) throws {
    let hours = try Hours(open: open, closed: closed)
    for name in ["Europe/Berlin", "Australia/Lord_Howe", "UTC"] {
      let zone = try Machine.zones.zone(name)
      for day in stride(from: 0, to: 400, by: 29) {
        let start = Instant(seconds: 1_791_000_000 + Int64(day) * 86_400 + 12_345)
        let end = start + .seconds(31 * 86_400 + 54_321)
        #expect(
          hours.openTime(from: start, to: end, in: zone) == walked(hours, from: start, to: end, in: zone),
          "\(hours) in \(name) from \(start)")
      }
    }
  }

  @Test("nothing before its start")
  func backwards() {
    #expect(Hours.always.openTime(from: Instant(seconds: 9), to: Instant(seconds: 3), in: .utc) == .zero)
  }

  @Test("two that meet say when first, two that never do say so")
  func meeting() throws {
    let span = Instant(rfc3339: "2026-11-21T12:00:00Z")!..<Instant(rfc3339: "2031-11-21T12:00:00Z")!
    let work = try Hours(open: ["Mon..Fri 07:00-20:00"])
    let weekend = try Hours(open: ["Sat 09:00-11:00"])
    let evening = try Hours(open: ["Tue 19:00-23:00"])
    #expect(work.firstOpening(with: weekend, in: span, zone: .utc) == nil)
    #expect(
      work.firstOpening(with: evening, in: span, zone: .utc) == Instant(rfc3339: "2026-11-24T19:00:00Z"))
    #expect(
      evening.firstOpening(with: work, in: span, zone: .utc) == Instant(rfc3339: "2026-11-24T19:00:00Z"))
  }
}

@Suite("A month of the calendar")
struct CivilMonthTests {
  @Test("reads what it prints, follows itself, and begins at its zone's midnight")
  func month() throws {
    let month = try #require(CivilMonth("2026-12"))
    #expect("\(month)" == "2026-12")
    #expect("\(month.next)" == "2027-01")
    #expect(month < month.next)
    #expect(CivilMonth("2026-13") == nil)
    #expect(CivilMonth("December") == nil)
    #expect(CivilMonth("0226-01")?.description == "0226-01")
    #expect(month.start(in: .utc) == Instant(rfc3339: "2026-12-01T00:00:00Z"))
    #expect(CivilMonth(of: month.start(in: .utc), in: .utc) == month)
    #expect(CivilMonth(of: month.start(in: .utc) - .microseconds(1), in: .utc) < month)
  }

  @Test("is an hour longer in the zone whose clocks go back in it", .enabled(if: Machine.hasZones))
  func clocks() throws {
    let berlin = try Machine.zones.zone("Europe/Berlin")
    let span = try #require(CivilMonth("2026-10")).span(in: berlin)
    #expect(span.lowerBound.distance(to: span.upperBound) == .seconds(31 * 86_400 + 3_600))
  }
}
