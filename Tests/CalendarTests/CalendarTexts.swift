import Fixtures

/// Random calendar expressions: mostly valid, some not, weighted towards the night hours in which clocks
/// change.
enum CalendarTexts {
  static func any(using generator: inout Dice) -> String {
    if chance(0.03, &generator) {
      let words = [
        "minutely", "Hourly", "daily", "weekly", "monthly", "quarterly", "semi-annually", "yearly", "dayly",
      ]
      return words.randomElement(using: &generator)!
    }
    if chance(0.01, &generator) { return "@\(Int.random(in: 0...5_000_000_000, using: &generator))" }
    var parts: [String] = []
    if chance(0.35, &generator) { parts.append(weekdays(&generator)) }
    if chance(0.55, &generator) { parts.append(date(&generator)) }
    if parts.isEmpty || chance(0.8, &generator) { parts.append(time(&generator)) }
    return parts.joined(separator: " ")
  }

  private static func chance(_ share: Double, _ generator: inout Dice) -> Bool {
    Double.random(in: 0..<1, using: &generator) < share
  }

  private static func weekdays(_ generator: inout Dice) -> String {
    let names = ["Mon", "tuesday", "Wed", "Thu", "FRI", "Saturday", "sun"]
    return (0...Int.random(in: 0...2, using: &generator)).map { _ in
      let first = Int.random(in: 0..<7, using: &generator)
      let last = chance(0.95, &generator) ? Int.random(in: first..<7, using: &generator) : 0
      if chance(0.5, &generator) { return names[first] }
      return names[first] + (chance(0.9, &generator) ? ".." : "-") + names[last]
    }.joined(separator: ",")
  }

  private static func date(_ generator: inout Dice) -> String {
    let separator = chance(0.25, &generator) ? "~" : "-"
    let day = list(1...(separator == "~" ? 28 : 31), any: 0.3, &generator)
    let month = list(1...12, any: 0.6, &generator)
    if chance(0.2, &generator) { return month + separator + day }
    let year =
      chance(0.1, &generator) ? list(14...80, any: 0, &generator) : list(1980...2100, any: 0.85, &generator)
    return "\(year)-\(month)\(separator)\(day)"
  }

  private static func time(_ generator: inout Dice) -> String {
    let hours = list(chance(0.5, &generator) ? 0...4 : 0...23, any: 0.25, &generator)
    let minutes = list(0...59, any: 0.15, &generator)
    guard chance(0.3, &generator) else { return "\(hours):\(minutes)" }
    var seconds = list(0...59, any: 0.1, &generator)
    if chance(0.2, &generator), seconds != "*" { seconds = fractional(&generator) }
    return "\(hours):\(minutes):\(seconds)"
  }

  private static func fractional(_ generator: inout Dice) -> String {
    func number() -> String {
      let places = Int.random(in: 1...8, using: &generator)
      let digits = (0..<places).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
      return "\(Int.random(in: 0...29, using: &generator)).\(digits)"
    }
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: return number()
    case 1: return number() + "/" + number()
    default: return number() + "..\(Int.random(in: 30...59, using: &generator))/" + number()
    }
  }

  private static func list(_ range: ClosedRange<Int>, any: Double, _ generator: inout Dice)
    -> String
  {
    if chance(any, &generator) { return "*" }
    return (0...(chance(0.3, &generator) ? Int.random(in: 1...3, using: &generator) : 0)).map { _ in
      // Now and then a value just outside.
      let start = chance(0.01, &generator) ? range.upperBound + 1 : Int.random(in: range, using: &generator)
      let step = Int.random(in: 1...max(1, range.count / 2), using: &generator)
      let stop =
        chance(0.95, &generator) && start < range.upperBound
        ? Int.random(in: (start + 1)...range.upperBound, using: &generator) : start
      switch Int.random(in: 0..<8, using: &generator) {
      case 0, 1: return "\(start)/\(step)"
      case 2: return "\(start)..\(stop)"
      case 3: return "\(start)..\(stop)/\(step)"
      case 4: return "0\(start)"
      default: return "\(start)"
      }
    }.joined(separator: ",")
  }
}
