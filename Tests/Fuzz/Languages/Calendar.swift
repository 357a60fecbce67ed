import Calendar
import Host
import Specification

/// Every short text that says when, how long or how much. What is read and printed must read back the same.
let calendar = Language(name: "calendar", seeds: ["Tests/Fuzz/Seeds/calendar"], bytesMax: 128) { bytes in
  let text = String(decoding: bytes, as: UTF8.self)
  same(try? TimeSpan(text)) { try TimeSpan($0) }
  same(try? Window(text)) { try Window($0) }
  same(try? ClosedDates(text)) { try ClosedDates($0) }
  same(try? TimeOfDay(text)) { try TimeOfDay($0) }
  same(Instant(rfc3339: text)) { Instant(rfc3339: $0) }
  same(CivilDate(text)) { CivilDate($0) }
  same(CivilMonth(text)) { CivilMonth($0) }
  same(try? Percentage(text)) { try Percentage($0) }
  same(try? Money(text)) { try Money($0) }
  same(try? ByteCount(text)) { try ByteCount($0) }
  guard let expression = try? CalendarExpression(text, zones: SystemZones.database) else { return }
  same(expression) { try CalendarExpression($0, zones: SystemZones.database) }
  var last = Instant(seconds: 1_790_000_000)
  for _ in 0..<3 {
    guard let next = expression.next(after: last, in: berlin) else { break }
    promise(next > last, "\(expression) fires at \(next) after \(last)")
    last = next
  }
}

private let berlin = (try? SystemZones.database.zone("Europe/Berlin")) ?? .utc

/// `read` gives back what `value` was printed as.
private func same<Value: Equatable & CustomStringConvertible>(
  _ value: Value?, _ read: (String) throws -> Value?
) {
  guard let value else { return }
  promise((try? read(value.description)) == value, "\(Value.self) \(value)")
}

/// The data of a time zone, and questions to what it says.
let zoneData = Language(
  name: "zone-data",
  seeds: [
    "Europe/Berlin", "America/St_Johns", "Asia/Tehran", "Africa/Casablanca", "UTC", "Australia/Lord_Howe",
  ]
  .map { "/usr/share/zoneinfo/\($0)" }
) { bytes in
  guard let zone = try? Zone(name: "Fuzz/Zone", tzif: bytes) else { return }
  for second: Int64 in [-4_000_000_000, 0, 1_790_000_000, 4_000_000_000, 200_000_000_000] {
    let instant = Instant(seconds: second)
    let civil = zone.civil(at: instant)
    let mapped = zone.instants(of: civil)
    promise(mapped.earliest <= mapped.latest, "\(civil) is shown from \(mapped.earliest) to \(mapped.latest)")
  }
  if let expression = try? CalendarExpression("Mon 02:30", zones: .utcOnly) {
    let now = Instant(seconds: 1_790_000_000)
    if let next = expression.next(after: now, in: zone) { promise(next > now, "\(next) is not after \(now)") }
  }
}
