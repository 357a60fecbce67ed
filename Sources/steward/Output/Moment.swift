import ArgumentParser
import Calendar
import Host

/// A moment as people type it: `23:00`, `Mon 08:00`, `2026-11-24 18:00`, `2h 30min` from now, or RFC 3339.
struct Moment: ExpressibleByArgument {
  let text: String

  init?(argument: String) { text = argument }

  /// The instant that is meant, seen from `now` in the zone of this machine.
  func instant(from now: Instant) throws -> Instant {
    if let instant = Instant(rfc3339: text) { return instant }
    let zone = SystemZones.local
    if let span = try? TimeSpan(text), !text.allSatisfy(\.isNumber) {
      // Whole seconds: nobody means the microseconds of the moment at which he typed.
      return Instant(seconds: span.added(to: now, in: zone).seconds)
    }
    do {
      let expression = try CalendarExpression(text, zones: SystemZones.database)
      if let next = expression.next(after: now, in: zone) { return next }
      throw ValidationError("'\(text)' is not in the future")
    } catch let error as CalendarError {
      throw ValidationError(
        "'\(text)' is no moment: \(error). Write 23:00, \"Mon 08:00\", \"2026-11-24 18:00\", 2h or RFC 3339.")
    }
  }
}
