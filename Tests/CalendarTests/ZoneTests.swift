import Fixtures
import Testing

@testable import Calendar

@Suite("Zone", .enabled(if: Machine.runsZoneTests)) struct ZoneTests {
  let berlin: Zone

  init() throws {
    berlin = try Machine.zones.zone("Europe/Berlin")
  }

  @Test(
    "offsets are right within the table, beyond it, and centuries on",
    arguments: [
      ("1900-01-01T00:00:00Z", 3600, "CET"), ("1980-06-01T00:00:00Z", 7200, "CEST"),
      ("2026-03-29T00:59:59Z", 3600, "CET"), ("2026-03-29T01:00:00Z", 7200, "CEST"),
      ("2026-10-25T00:59:59Z", 7200, "CEST"), ("2026-10-25T01:00:00Z", 3600, "CET"),
      ("2037-12-01T00:00:00Z", 3600, "CET"), ("2038-07-01T00:00:00Z", 7200, "CEST"),
      ("2199-07-01T00:00:00Z", 7200, "CEST"), ("2437-12-31T23:00:00Z", 3600, "CET"),
      ("2438-07-01T00:00:00Z", 7200, "CEST"), ("2439-01-01T00:00:00Z", 3600, "CET"),
      ("9999-07-01T00:00:00Z", 7200, "CEST"), ("9999-12-31T00:00:00Z", 3600, "CET"),
    ])
  func offsets(at text: String, seconds: Int, abbreviation: String) {
    let offset = berlin.offset(at: moment(text))
    #expect(offset.seconds == seconds)
    #expect(offset.abbreviation == abbreviation)
    #expect(offset.isDaylightSaving == (abbreviation == "CEST"))
  }

  @Test("a reading is shown once, never in a gap, twice in an overlap")
  func mapping() throws {
    let spring = try #require(CivilDate("2026-03-29"))
    let autumn = try #require(CivilDate("2026-10-25"))
    #expect(
      berlin.instants(of: CivilDateTime(spring, hour: 1, minute: 59)) == .once(moment("2026-03-29T00:59:00Z"))
    )
    #expect(berlin.instants(of: CivilDateTime(spring, hour: 3)) == .once(moment("2026-03-29T01:00:00Z")))
    for minute in [0, 30, 59] {
      guard case .skipped(let gap) = berlin.instants(of: CivilDateTime(spring, hour: 2, minute: minute))
      else {
        Issue.record("02:\(minute) should be skipped")
        continue
      }
      #expect(gap.instant == moment("2026-03-29T01:00:00Z"))
      #expect(gap.jump == .seconds(3600))
    }
    #expect(
      berlin.instants(of: CivilDateTime(autumn, hour: 2))
        == .twice(first: moment("2026-10-25T00:00:00Z"), second: moment("2026-10-25T01:00:00Z")))
    #expect(berlin.instants(of: CivilDateTime(autumn, hour: 3)) == .once(moment("2026-10-25T02:00:00Z")))
  }

  @Test("a day that a zone skipped is one gap")
  func dateLine() throws {
    let apia = try Machine.zones.zone("Pacific/Apia")
    let date = try #require(CivilDate("2011-12-30"))
    guard case .skipped(let gap) = apia.instants(of: CivilDateTime(date, hour: 12)) else {
      Issue.record("30 December 2011 did not exist in Samoa")
      return
    }
    #expect(gap.jump == .seconds(86_400))
    #expect(gap.instant == moment("2011-12-30T10:00:00Z"))
  }

  @Test("every zone of this machine reads, and maps what its clocks show back to the instant")
  func everyZone() throws {
    let (output, _) = Machine.run(
      ["sh", "-c", "cut -f3 /usr/share/zoneinfo/tzdata.zi /usr/share/zoneinfo/zone1970.tab | grep /"],
      timeZone: "UTC")
    let names = output.split(separator: "\n").map(String.init).filter(ZoneDatabase.isValid)
    #expect(names.count > 100)
    var generator = Dice(seed: Dice.seed)
    for name in Set(names) {
      let zone = try Machine.zones.zone(name)
      for _ in 0..<200 {
        let instant = Instant(seconds: .random(in: -4_000_000_000...16_000_000_000, using: &generator))
        switch zone.instants(of: zone.civil(at: instant)) {
        case .once(let found): #expect(found == instant)
        case .twice(let first, let second): #expect([first, second].contains(instant))
        case .skipped(let gap): Issue.record("\(name) at \(instant) shows a time it skips at \(gap.instant)")
        }
      }
    }
  }

  @Test("transitions come one after the other, each a real change")
  func transitions() {
    var cursor = moment("2026-01-01T00:00:00Z")
    var found: [String] = []
    while let next = berlin.nextTransition(after: cursor), next.instant < moment("2028-01-01T00:00:00Z") {
      found.append("\(next.instant) \(next.after.abbreviation)")
      cursor = next.instant
    }
    #expect(
      found == [
        "2026-03-29T01:00:00Z CEST", "2026-10-25T01:00:00Z CET", "2027-03-28T01:00:00Z CEST",
        "2027-10-31T01:00:00Z CET",
      ])
    #expect(Zone.utc.nextTransition(after: cursor) == nil)
  }
}

@Suite("Zone data") struct ZoneDataTests {
  @Test(
    "a name that could leave the folder never reaches the loader",
    arguments: [
      "", "/etc/passwd", "../x", "Europe/../x", "Europe//Berlin", "Europe/", ".", "a b", "Ä", "A\0",
    ])
  func names(name: String) {
    let zones = ZoneDatabase { _ in
      Issue.record("loaded")
      return nil
    }
    #expect(throws: CalendarError.self) { try zones.zone(name) }
  }

  @Test("an unknown zone is said to be unknown, and UTC is always known")
  func unknown() throws {
    let error = #expect(throws: CalendarError.self) { try ZoneDatabase.utcOnly.zone("Mars/Olympus") }
    #expect(error?.message.contains("Mars/Olympus is not known") == true)
    #expect(try ZoneDatabase.utcOnly.zone("UTC") == .utc)
  }

  @Test("data that is cut off or mangled is an error, never a trap", .enabled(if: Machine.runsZoneTests))
  func mangled() throws {
    let good = try #require(Machine.contents(of: "/usr/share/zoneinfo/Europe/Berlin"))
    for length in stride(from: 0, to: good.count, by: 7) {
      #expect(throws: CalendarError.self) { try Zone(name: "X", tzif: Array(good[..<length])) }
    }
    var generator = Dice(seed: Dice.seed)
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      guard let zone = try? Zone(name: "X", tzif: bytes) else { continue }
      _ = zone.instants(of: zone.civil(at: moment("2026-10-25T00:30:00Z")))
      _ = zone.nextTransition(after: moment("2200-01-01T00:00:00Z"))
    }
  }

  @Test("version 1 data, without a footer, is read")
  func versionOne() throws {
    // One change, at 1970-01-02T00:00:00Z, from UTC+0 to UTC+1.
    let counts: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 8]
    let bytes: [UInt8] =
      Array("TZif".utf8) + [UInt8](repeating: 0, count: 16) + counts + [0, 1, 0x51, 0x80] + [1]
      + [0, 0, 0, 0, 0, 0] + [0, 0, 0x0E, 0x10, 0, 4] + Array("AAA\0BBB\0".utf8)
    let zone = try Zone(name: "Test", tzif: bytes)
    #expect(zone.offset(at: moment("1970-01-01T23:59:59Z")).abbreviation == "AAA")
    #expect(zone.offset(at: moment("1970-01-02T00:00:00Z")).seconds == 3600)
  }

  @Test("more offsets than a byte can name are refused, whether the table or the footer brings them")
  func manyOffsets() throws {
    func data(kinds: Int) -> [UInt8] {
      var bytes: [UInt8] = []
      // The first block, with 32-bit times, is stepped over.
      for count in [1, kinds] {
        bytes += Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15 + 16)
        bytes += [0, 0, 0, UInt8(count), 0, 0, 0, 4]
        for offset in 0..<count { bytes += [0, 0, 0, UInt8(offset), 0, 0] }
        bytes += Array("AAA\0".utf8)
      }
      return bytes + Array("\nEST5EDT,M3.2.0,M11.1.0\n".utf8)
    }
    let zone = try Zone(name: "Test", tzif: data(kinds: 254))
    #expect(zone.offset(at: moment("2026-07-01T00:00:00Z")).abbreviation == "EDT")
    #expect(throws: CalendarError.self) { try Zone(name: "Test", tzif: data(kinds: 255)) }
  }

  @Test(
    "footers of every form are read",
    arguments: [
      ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"),
      ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-10-25T01:00:00Z", "2026-03-29T01:00:00Z"),
      ("AAA0BBB,J60/0,J300", "2026-03-01T00:00:00Z", "2026-10-27T01:00:00Z"),
      ("AAA0BBB,59/0,300", "2026-03-01T00:00:00Z", "2026-10-28T01:00:00Z"),
    ])
  func footers(text: String, begins: String, ends: String) throws {
    let footer = try PosixZone(text)
    let daylight = try #require(footer.daylight)
    #expect(Instant(seconds: footer.beginsSaving(in: 2026, daylight)) == moment(begins))
    #expect(Instant(seconds: footer.endsSaving(in: 2026, daylight)) == moment(ends))
  }
}
