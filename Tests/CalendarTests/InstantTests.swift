import Fixtures
import Testing

@testable import Calendar

/// A moment for tests; a text that is none is a mistake in the test.
func moment(_ text: String) -> Instant {
  guard let instant = Instant(rfc3339: text) else { preconditionFailure("\(text) is no RFC 3339 timestamp") }
  return instant
}

@Suite("Instant") struct InstantTests {
  @Test("an instant is written in UTC, with a fraction only if there is one")
  func writing() {
    #expect(Instant(seconds: 1_795_266_180).description == "2026-11-21T13:03:00Z")
    #expect(Instant(microseconds: 250_000).description == "1970-01-01T00:00:00.25Z")
    #expect(Instant(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
    #expect(Instant(microseconds: 1).description == "1970-01-01T00:00:00.000001Z")
  }

  @Test(
    "RFC 3339 with offsets and fractions is read",
    arguments: [
      ("2026-11-21T14:03:00+01:00", "2026-11-21T13:03:00Z"),
      ("2026-11-21T00:00:00-03:30", "2026-11-21T03:30:00Z"),
      ("2026-11-21t13:03:00.5z", "2026-11-21T13:03:00.5Z"),
      ("2026-11-21 13:03:00.1234567Z", "2026-11-21T13:03:00.123456Z"),
      ("2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z"),
      ("2026-11-21T13:03:00-00:00", "2026-11-21T13:03:00Z"),
    ])
  func reading(text: String, expected: String) {
    #expect(Instant(rfc3339: text)?.description == expected)
  }

  @Test(
    "what is no RFC 3339 timestamp is refused",
    arguments: [
      "", "2026-11-21", "2026-11-21T13:03:00", "2026-11-21T13:03Z", "2026-02-29T00:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-11-21T24:00:00Z", "2026-11-21T13:03:00.Z", "2026-11-21T13:03:00+1:00", "2026-11-21T13:03:00Z ",
      "+2026-11-21T13:03:00Z", "0000-01-01T00:00:00Z", "2026-11-21T13:03:00+24:00",
    ])
  func refusing(text: String) {
    #expect(Instant(rfc3339: text) == nil)
  }

  @Test("every written instant reads back as itself")
  func roundTrip() {
    var generator = Dice(seed: Dice.seed)
    for _ in 0..<10_000 {
      let range = Instant.distantPast.microseconds...Instant.distantFuture.microseconds
      let instant = Instant(microseconds: .random(in: range, using: &generator))
      #expect(Instant(rfc3339: instant.description) == instant)
    }
    for edge in [Instant.distantPast, .distantFuture, .epoch] {
      #expect(Instant(rfc3339: edge.description) == edge)
    }
  }

  @Test("arithmetic goes back and forth, and stops at the ends instead of trapping")
  func arithmetic() {
    let instant = moment("2026-11-21T13:03:00Z")
    #expect(instant + .seconds(90) - .seconds(90) == instant)
    #expect(instant.distance(to: instant + .milliseconds(1500)) == .milliseconds(1500))
    #expect((instant + .milliseconds(1)).distance(to: instant) == .milliseconds(-1))
    #expect(instant + .nanoseconds(999) == instant)
    #expect(instant + .seconds(Int64.max) == .distantFuture)
    #expect(instant - .seconds(Int64.max) == .distantPast)
    #expect(Instant(seconds: .max) == .distantFuture)
    #expect(Instant(seconds: .min) == .distantPast)
    #expect(Instant(microseconds: -1).seconds == -1)
    var moving = instant
    moving += .seconds(1)
    #expect(moving > instant && moving - .seconds(2) < instant)
  }
}

@Suite("Civil dates") struct CivilDateTests {
  @Test("every day of 0001 to 9999 maps to a number and back, in order, with its weekday")
  func allDays() throws {
    let first = try #require(CivilDate(year: 1, month: 1, day: 1)).daysSinceEpoch
    let last = try #require(CivilDate(year: 9999, month: 12, day: 31)).daysSinceEpoch
    var previous = CivilDate(daysSinceEpoch: first - 1)
    var wrong = 0
    for days in first...last {
      let date = CivilDate(daysSinceEpoch: days)
      let follows =
        date.day == 1
        ? previous.day == CivilDate.dayCount(ofMonth: previous.month, in: previous.year)
        : (date.year, date.month, date.day) == (previous.year, previous.month, previous.day + 1)
      if date.daysSinceEpoch != days || !follows { wrong += 1 }
      previous = date
    }
    #expect(wrong == 0)
    #expect(CivilDate("1970-01-01")?.weekday == .thursday)
    #expect(CivilDate("2026-11-23")?.weekday == .monday)
    #expect(CivilDate("1969-12-28")?.weekday == .sunday)
  }

  @Test("months are added on the same day, or the last of a shorter month")
  func months() {
    #expect(CivilDate("2026-01-31")?.adding(months: 1).description == "2026-02-28")
    #expect(CivilDate("2024-01-31")?.adding(months: 1).description == "2024-02-29")
    #expect(CivilDate("2026-03-31")?.adding(months: -1).description == "2026-02-28")
    #expect(CivilDate("2026-12-15")?.adding(months: 13).description == "2028-01-15")
    #expect(CivilDate("2026-01-15")?.adding(months: -1).description == "2025-12-15")
  }

  @Test(
    "a date that is none is refused",
    arguments: ["2026-02-29", "2026-1-01", "2026-00-10", "26-01-01", "", "x"])
  func refusing(text: String) {
    #expect(CivilDate(text) == nil)
  }
}
