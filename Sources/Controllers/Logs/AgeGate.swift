import Calendar

/// When an age that is reached takes effect: at the next full minute, or at the next fire of `purge at`.
///
/// Fires are searched for a few files only, not for thousands: what lies before a moment that has taken effect has taken
/// effect too, and what lies between one that waits and the fire it waits for waits for the same.
struct AgeGate {
  private let schedule: CalendarExpression?
  private let zone: Zone
  private let now: Instant
  private var passedUpTo: Instant?
  private var waiting: (from: Instant, fire: Instant?)?

  init(_ schedule: CalendarExpression?, zone: Zone, now: Instant) {
    self.schedule = schedule
    self.zone = zone
    self.now = now
  }

  /// When what is reached at `boundary` takes effect; nil: never. For a boundary ahead of now without a search: at the
  /// boundary itself, which is early enough to ask again.
  mutating func effective(_ boundary: Instant) -> Instant? {
    guard let schedule else { return Self.minute(boundary) }
    if boundary > now { return boundary }
    if let passedUpTo, boundary <= passedUpTo { return passedUpTo }
    if let waiting, boundary >= waiting.from { return waiting.fire }
    // A fire at the very moment counts.
    let fire = schedule.next(after: boundary - .microseconds(1), in: zone)
    if let fire, fire <= now {
      passedUpTo = max(passedUpTo ?? fire, fire)
    } else if waiting.map({ boundary < $0.from }) ?? true {
      waiting = (boundary, fire)
    }
    return fire
  }

  /// The first full minute that is not before `instant`.
  static func minute(_ instant: Instant) -> Instant {
    let seconds = instant.seconds
    let isFull = instant == Instant(seconds: seconds) && seconds % 60 == 0
    return isFull ? instant : Instant(seconds: (seconds - (seconds % 60 + 60) % 60) + 60)
  }
}
