import Calendar

/// Moments along the width of a drawing, with ticks at days or hours of the reader's zone.
struct TimeAxis {
  let from: Instant
  let to: Instant
  let zone: Zone

  /// Where a moment is.
  func x(_ instant: Instant) -> Double {
    let whole = Double(to.microseconds - from.microseconds)
    let part = Double(min(max(instant, from), to).microseconds - from.microseconds)
    let room = Drawing.width - Drawing.left - Drawing.right
    return Drawing.left + (whole > 0 ? room * part / whole : 0)
  }

  /// Few enough that their labels do not touch.
  private static let ticksMax = 11

  /// Midnights, or full hours where the stretch has few midnights, with their labels.
  private var ticks: [(at: Instant, label: String)] {
    let hours = Int(from.distance(to: to).components.seconds / 3600)
    if hours < 36 { return hourTicks(each: [1, 2, 3, 6].first { hours / $0 < TimeAxis.ticksMax } ?? 6) }
    let days = hours / 24 + 1
    return dayTicks(each: [1, 2, 7, 14, 30].first { days / $0 < TimeAxis.ticksMax } ?? days / 8)
  }

  private func dayTicks(each step: Int) -> [(at: Instant, label: String)] {
    var date = zone.civil(at: from).date
    var ticks: [(Instant, String)] = []
    while let midnight = Optional(zone.instants(of: CivilDateTime(date)).earliest), midnight <= to {
      if midnight >= from {
        ticks.append((midnight, "\(date.weekday) \(date.day)" + (date.day <= step ? " \(month(date))" : "")))
      }
      date = date.adding(days: step)
    }
    return ticks
  }

  private func hourTicks(each step: Int) -> [(at: Instant, label: String)] {
    var ticks: [(Instant, String)] = []
    var instant = Instant(seconds: from.seconds - from.seconds % 3600)
    while instant <= to {
      let civil = zone.civil(at: instant)
      if instant >= from, civil.hour % step == 0, civil.minute == 0 {
        ticks.append((instant, "\(civil.hour < 10 ? "0" : "")\(civil.hour):00"))
      }
      instant += .seconds(3600)
    }
    return ticks
  }

  private func month(_ date: CivilDate) -> String {
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][date.month - 1]
  }

  /// Draws the ticks from `top` to `bottom`, and their labels below.
  func draw(on drawing: inout Drawing, from top: Double, to bottom: Double) {
    let places = ticks
    let room = (Drawing.width - Drawing.left - Drawing.right) / Double(max(1, places.count))
    for tick in places {
      let x = x(tick.at)
      drawing.line("tick", x1: x, y1: top, x2: x, y2: bottom)
      // A label at the right end would stand out of the drawing.
      let isLast = x + Drawing.extent(tick.label) / 2 > Drawing.width
      drawing.text(
        tick.label, x: isLast ? Drawing.width : x, y: bottom + 16, isLast ? .end : .middle, style: "axis",
        room: max(room, 50))
    }
  }
}
