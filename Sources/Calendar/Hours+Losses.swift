extension Hours {
  /// A day on which a stretch of a window does not open, for the clocks jump over the whole of it.
  public struct LostOpening: Sendable, Hashable, CustomStringConvertible {
    /// The window it belongs to.
    public let window: Window
    /// The stretch that does not exist.
    public let stretch: Window.Stretch
    /// The day it would have opened.
    public let date: CivilDate
    /// The change of clocks that swallows it.
    public let transition: Zone.Transition

    /// One sentence: which opening is lost when, and why.
    public var description: String {
      "\(stretch) does not exist on \(date.weekday) \(date): clocks jump over it"
    }
  }

  /// The openings that the zone's gaps swallow between two instants, in order; those on closed dates left
  /// out.
  public func lostOpenings(from start: Instant, to end: Instant, in zone: Zone) -> [LostOpening] {
    var lost: [LostOpening] = []
    var cursor = start
    while let transition = zone.nextTransition(after: cursor), transition.instant < end {
      cursor = transition.instant
      if transition.jump > .zero { lost += lostOpenings(at: transition, in: zone) }
    }
    return lost
  }

  private func lostOpenings(at transition: Zone.Transition, in zone: Zone) -> [LostOpening] {
    let after = zone.civil(at: transition.instant).date
    let jumpedDays = Int(transition.jump.components.seconds / 86_400)
    var lost: [LostOpening] = []
    for back in stride(from: jumpedDays + 1, through: 0, by: -1) {
      let date = after.adding(days: -back)
      if closed.contains(where: { $0.first <= date && date <= $0.last }) { continue }
      for window in windows where window.weekdays.contains(date.weekday) {
        for stretch in window.stretches where stretch.span(onDay: date.daysSinceEpoch, in: zone).isEmpty {
          lost.append(LostOpening(window: window, stretch: stretch, date: date, transition: transition))
        }
      }
    }
    return lost
  }
}
